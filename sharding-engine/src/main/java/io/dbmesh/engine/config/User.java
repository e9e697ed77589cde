package io.dbmesh.engine.config;

/** One who may log in to the mesh; the backends see only the data source's user. */
public record User(String name, String password) {
    /** MySQL allows 32 characters in a user's name. */
    public static final int MAX_NAME_LENGTH = 32;

    public User {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "a user's name has " + name.length() + " characters; allowed: 1 to " + MAX_NAME_LENGTH);
        }
    }

    /** Never prints the password. */
    @Override
    public String toString() {
        return "User[" + name + "]";
    }
}
