"""Runs statements by PyMySQL and prints all that it tells."""

import base64
import decimal
import sys

import pymysql

# Flags about the optimizer's work say how a server ran a statement, not what came of it.
STATUS = 0x0001 | 0x0002 | 0x0008 | 0x0040 | 0x0080 | 0x0200 | 0x1000 | 0x2000


def decode(field):
    return base64.b64decode(field).decode("utf-8")


def parameter(field):
    kind, _, encoded = field.partition(":")
    text = decode(encoded)
    if kind == "NULL":
        return None
    if kind == "INTEGER":
        return int(text)
    if kind == "DECIMAL":
        return decimal.Decimal(text)
    if kind == "BYTES":
        return bytes.fromhex(text)
    return text


def show_column(field):
    return (
        f"{field.name} {field.org_name} {field.db}.{field.table_name} {field.org_table} type={field.type_code} "
        f"length={field.length} flags={field.flags} decimals={field.scale} charset={field.charsetnr}"
    )


def show(cursor):
    while True:
        result = cursor._result
        if cursor.description is not None:
            for field in result.fields:
                print("column " + show_column(field))
            for row in cursor.fetchall():
                print("row | " + " | ".join(repr(value) for value in row))
            print(f"rows {cursor.rowcount} warnings {result.warning_count}")
        else:
            print(
                f"affected {cursor.rowcount} id {cursor.lastrowid} info {result.message!r} "
                f"status {result.server_status & STATUS} warnings {result.warning_count}"
            )
        if not cursor.nextset():
            break


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    lines = [line for line in sys.stdin.read().split("\n") if line]
    host, port, user, password, database = lines.pop(0).split("\t")
    connection = pymysql.connect(
        host=host, port=int(port), user=user, password=password, database=database or None, charset="utf8mb4",
        connect_timeout=5, read_timeout=30, autocommit=None,
    )
    for line in lines:
        print("==== step")
        sql, *fields = line.split("\t")
        text = decode(sql)
        values = [parameter(field) for field in fields]
        try:
            with connection.cursor() as cursor:
                if values:
                    cursor.execute(text.replace("%", "%%").replace("?", "%s"), values)
                else:
                    cursor.execute(text)
                show(cursor)
        except Exception as error:
            print(f"error {type(error).__name__} {error.args!r}")
            if not connection.open:
                connection.ping(reconnect=True)
    connection.close()


main()
