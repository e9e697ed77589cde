package io.dbmesh.sql.digest;

import io.dbmesh.sql.lexer.Dialect;
import java.nio.charset.StandardCharsets;

/** Digests of strings, for tests. */
public final class Read {
    private Read() {}

    public static Digest digest(String sql) {
        return digest(sql, Dialect.DEFAULT);
    }

    public static Digest digest(String sql, Dialect dialect) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        Digest digest = new Digest();
        digest.read(bytes, 0, bytes.length, dialect);
        return digest;
    }

    public static String text(Digest digest, int start, int end) {
        return new String(digest.text(), start, end - start, StandardCharsets.UTF_8);
    }

    public static String token(Digest digest, int token) {
        return text(digest, digest.tokenStart(token), digest.tokenEnd(token));
    }

    public static String literal(Digest digest, int literal) {
        return text(digest, digest.literalStart(literal), digest.literalEnd(literal));
    }

    /** The shape in which markers are readable. */
    public static String shape(Digest digest) {
        StringBuilder shape = new StringBuilder();
        for (int i = 1; i < digest.normalisedLength(); i++) {
            byte b = digest.normalised()[i];
            shape.append(b >= 0 && b < ' ' ? "<" + b + ">" : (char) (b & 0xff));
        }
        return shape.toString();
    }
}
