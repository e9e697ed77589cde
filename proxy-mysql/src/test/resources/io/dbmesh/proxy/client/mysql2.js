// Runs statements by mysql2 and prints all that it tells. Arguments: the folder of the package, and "query" or "execute".
'use strict';
const [folder, method] = process.argv.slice(2);
const mysql = require(require('path').join(folder, 'node_modules', 'mysql2', 'promise'));

// Flags about the optimizer's work say how a server ran a statement, not what came of it; the session's state is
// tracked for whoever asks.
const STATUS = 0x0001 | 0x0002 | 0x0008 | 0x0040 | 0x0080 | 0x0200 | 0x1000 | 0x2000;

function decode(field) {
  return Buffer.from(field, 'base64').toString('utf8');
}

function parameter(field) {
  const colon = field.indexOf(':');
  const text = decode(field.slice(colon + 1));
  switch (field.slice(0, colon)) {
    case 'NULL': return null;
    case 'INTEGER': return Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case 'BYTES': return Buffer.from(text, 'hex');
    default: return text;
  }
}

function show(value) {
  if (Buffer.isBuffer(value)) return 'bytes ' + value.toString('hex');
  return typeof value + ' ' + JSON.stringify(value);
}

function showColumn(c) {
  return [c.name, c.orgName, `${c.schema}.${c.table}`, c.orgTable, `type=${c.columnType}`, `length=${c.columnLength}`,
    `flags=${c.flags}`, `decimals=${c.decimals}`, `charset=${c.characterSet}`].join(' ');
}

function showResult(result, columns) {
  if (Array.isArray(columns) && columns.length > 0 && Array.isArray(columns[0])) {
    result.forEach((one, i) => showResult(one, columns[i]));
  } else if (Array.isArray(result)) {
    columns.forEach((column) => console.log('column ' + showColumn(column)));
    result.forEach((row) => console.log('row | ' + row.map(show).join(' | ')));
  } else if (result) {
    console.log(`affected ${result.affectedRows} changed ${result.changedRows} id ${result.insertId} `
      + `info ${JSON.stringify(result.info)} status ${result.serverStatus & STATUS} warnings ${result.warningStatus}`);
  }
}

async function main() {
  const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
  const [host, port, user, password, database] = lines.shift().split('\t');
  const connection = await mysql.createConnection({
    host, port: Number(port), user, password, database: database || undefined, rowsAsArray: true, dateStrings: true,
    supportBigNumbers: true, bigNumberStrings: true, jsonStrings: true, charset: 'utf8mb4', connectTimeout: 5000,
  });
  for (const line of lines) {
    console.log('==== step');
    const [sql, ...fields] = line.split('\t');
    try {
      const [result, columns] = await connection[method](decode(sql), fields.map(parameter));
      showResult(result, columns);
    } catch (error) {
      console.log(`error ${error.errno} ${error.sqlState} ${JSON.stringify(error.sqlMessage || error.message)}`);
    }
  }
  await connection.end();
}

main().catch((error) => {
  console.log('failed: ' + error.stack);
  process.exit(1);
});
