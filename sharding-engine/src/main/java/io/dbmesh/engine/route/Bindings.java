package io.dbmesh.engine.route;

import io.dbmesh.engine.sharding.KeyCodec;
import io.dbmesh.engine.sharding.KeyUse;
import io.dbmesh.engine.sharding.KeyValue;

/**
 * The values of one execution of a statement: literals of its text, and the parameters of a prepared one.
 *
 * <p>An {@code index} is the place among the literals of the statement's text (its {@code ?} included), after rows of an
 * INSERT have been told apart; see {@link io.dbmesh.sql.digest.Digest#literalIndex}.
 */
public interface Bindings {
    /**
     * The canonical form of a value for a key column.
     *
     * @param negated whether a minus stands before it
     * @param into receives it, or NULL, or why it cannot be told
     */
    void key(int index, boolean negated, KeyCodec codec, KeyUse use, KeyValue into);

    /** Whether the value is NULL. */
    boolean isNull(int index);

    /** Whether the value is the number 0, or a string that is stored as 0 in an integer column. */
    boolean isZero(int index);

    /**
     * A whole number that is not negative, as LIMIT takes it.
     *
     * @return unsigned 64 bits
     * @throws io.dbmesh.engine.error.MeshException when it is anything else
     */
    long wholeNumber(int index);
}
