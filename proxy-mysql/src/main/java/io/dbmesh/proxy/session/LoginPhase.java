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
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** From the greeting to the OK that makes a client a session. */
final class LoginPhase {

    private final ClientSession session;
    private final ServerFacts facts;
    private final ServerLogin login;

    LoginPhase(ClientSession session, ServerFacts facts) {
        this.session = session;
        this.facts = facts;
        this.login = new ServerLogin(this::passwordOf, facts.dialect().mariaDb());
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
        if (!database.isEmpty() && !SystemTables.isSystemSchema(database) && config().schema(database) == null) {
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
                collation);
        session.state().begin(login.user(), profile, database.isEmpty() ? null : database);
        OkPacket.of(session.state().statusFlags()).write(out, login.nextSequence());
        session.send(out.retain());
        session.ready();
    }

    /** The collation that servers are told at login. MariaDB would take its default for one that it does not know. */
    private int collation() {
        int asked = login.charset() == 0 ? defaultCollation() : login.charset();
        boolean unknownToMariaDb = facts.dialect().mariaDb() && asked >= CharacterSets.MYSQL_8_COLLATION;
        return unknownToMariaDb ? CharacterSets.DEFAULT_COLLATION : asked;
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
