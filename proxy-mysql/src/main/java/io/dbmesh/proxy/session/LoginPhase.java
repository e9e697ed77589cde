package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.User;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.plan.SystemTables;
import io.dbmesh.proxy.backend.Profile;
import io.dbmesh.proxy.protocol.Capabilities;
import io.dbmesh.proxy.protocol.OkPacket;
import io.dbmesh.proxy.protocol.ServerLogin;
import io.dbmesh.sql.lexer.Dialect;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** From the greeting to the OK that makes a client a session. */
final class LoginPhase {

    /** 11.4.5, the first with MySQL's collations {@code utf8mb4_0900_...}, under their ids. */
    private static final int MARIADB_WITH_MYSQL_COLLATIONS = 110405;
    /** 10.5.2. */
    private static final int MARIADB_WITH_EXTENDED_METADATA = 100502;
    /** A login has one byte for it; only COM_CHANGE_USER could name a higher one. */
    private static final int HIGHEST_OF_LOGIN = 255;

    private final ClientSession session;
    private final ServerFacts facts;
    private final ServerLogin login;

    LoginPhase(ClientSession session, ServerFacts facts) {
        this.session = session;
        this.facts = facts;
        boolean mariaDb = facts.dialect().mariaDb();
        boolean extended = mariaDb && facts.dialect().version() >= MARIADB_WITH_EXTENDED_METADATA;
        this.login = new ServerLogin(this::passwordOf, mariaDb, extended);
    }

    private @Nullable String passwordOf(String name) {
        User user = config().user(name);
        return user == null ? null : user.password();
    }

    private MeshConfig config() {
        return session.proxy().mesh().get().config();
    }

    /**
     * COM_CHANGE_USER: whoever was logged in is nobody until the client has answered again.
     *
     * @param packet whole; stays the caller's
     */
    void changeUser(ByteBuf packet) {
        ByteBuf out = session.channel().alloc().buffer(64);
        try {
            proceed(login.changeUser(packet, out), out);
        } finally {
            out.release();
        }
    }

    void greet() {
        session.send(login.greeting(
                facts.version(),
                session.id(),
                defaultCollation(),
                session.channel().alloc()));
    }

    private int defaultCollation() {
        return facts.dialect().mariaDb() ? CharacterSets.DEFAULT_COLLATION : CharacterSets.MYSQL_8_COLLATION;
    }

    /** Takes a packet, which stays the caller's. */
    void received(ByteBuf packet) {
        ByteBuf out = session.channel().alloc().buffer(256);
        try {
            proceed(login.received(packet, out), out);
        } finally {
            out.release();
        }
    }

    private void proceed(ServerLogin.Outcome outcome, ByteBuf out) {
        switch (outcome) {
            case CONTINUE -> session.send(out.retain());
            case ACCEPTED -> accepted(out);
            case DENIED ->
                session.refuse(
                        new MeshException(
                                MeshError.ACCESS_DENIED, login.user(), host(), login.usedPassword() ? "YES" : "NO"),
                        login.nextSequence());
        }
    }

    private void accepted(ByteBuf out) {
        String database = login.database();
        if (!database.isEmpty()
                && !SystemTables.isSystemSchema(database)
                && config().schema(database) == null) {
            session.refuse(new MeshException(MeshError.UNKNOWN_DATABASE, database), login.nextSequence());
            return;
        }
        int collation = collation();
        try {
            CharacterSets.require(CharacterSets.ofCollation(collation));
        } catch (MeshException refused) {
            session.refuse(refused, login.nextSequence());
            return;
        }
        int flags = login.capabilities();
        Profile profile = new Profile(
                (flags & Capabilities.DEPRECATE_EOF) != 0,
                (flags & Capabilities.FOUND_ROWS) != 0,
                (flags & Capabilities.IGNORE_SPACE) != 0,
                login.extendedMetadata(),
                collation);
        session.state().begin(login.user(), profile, database.isEmpty() ? null : database);
        OkPacket ok = OkPacket.of(session.state().statusFlags());
        session.tracking().begin();
        if (tracksSession()) {
            ok.write(out, login.nextSequence(), session.tracking().changes(session.state()));
        } else {
            ok.write(out, login.nextSequence());
        }
        session.send(out.retain());
        session.ready();
    }

    /** The collation that servers are told at login. An older MariaDB would take its default for one that it does not know. */
    private int collation() {
        int asked = login.charset() == 0 ? defaultCollation() : login.charset();
        Dialect dialect = facts.dialect();
        int highest = dialect.mariaDb() && dialect.version() < MARIADB_WITH_MYSQL_COLLATIONS
                ? CharacterSets.MYSQL_8_COLLATION - 1
                : HIGHEST_OF_LOGIN;
        return asked > highest ? CharacterSets.DEFAULT_COLLATION : asked;
    }

    /** Whether the client wants to be told what changes in its session. */
    boolean tracksSession() {
        return (login.capabilities() & Capabilities.SESSION_TRACK) != 0;
    }

    String host() {
        return session.channel().remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "localhost";
    }

    int nextSequence() {
        return login.nextSequence();
    }
}
