package io.dbmesh.engine.merge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A column definition for tests. */
record Column(String name, int type, int charset, long length, int flags, int decimals) {
    static final int BINARY = 63;
    static final int UTF8MB4 = 255;

    static Column bigint(String name) {
        return new Column(name, WireType.LONGLONG, BINARY, 20, 0, 0);
    }

    static Column unsignedBigint(String name) {
        return new Column(name, WireType.LONGLONG, BINARY, 20, WireType.UNSIGNED_FLAG, 0);
    }

    static Column text(String name) {
        return new Column(name, 0xfd, UTF8MB4, 400, 0, 0);
    }

    static Column bytes(String name) {
        return new Column(name, 0xfd, BINARY, 400, 0, 0);
    }

    static Column decimal(String name, int decimals) {
        return new Column(name, WireType.NEWDECIMAL, BINARY, 30, 0, decimals);
    }

    static Column floating(String name) {
        return new Column(name, WireType.DOUBLE, BINARY, 22, 0, WireType.NOT_FIXED);
    }

    static Column of(String name, int type) {
        return new Column(name, type, BINARY, 20, 0, 0);
    }

    Column withFlags(int newFlags) {
        return new Column(name, type, charset, length, newFlags, decimals);
    }

    ResultColumn column() {
        ByteBuf out = Unpooled.buffer();
        for (String text : new String[] {"def", "shop", "t", "t_original", name, name}) {
            LengthEncoding.write(out, text.getBytes(StandardCharsets.UTF_8));
        }
        out.writeByte(0x0c)
                .writeShortLE(charset)
                .writeIntLE((int) length)
                .writeByte(type)
                .writeShortLE(flags)
                .writeByte(decimals)
                .writeShortLE(0);
        return ResultColumn.read(out);
    }
}
