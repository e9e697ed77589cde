package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.plan.Plan;
import io.dbmesh.engine.plan.Rewrite;
import io.dbmesh.engine.plan.StatementRewriter;
import io.dbmesh.engine.plan.StatementRewriter.RowChoice;
import io.dbmesh.engine.route.Bindings;
import io.dbmesh.engine.route.TextBindings;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.sql.digest.Digest;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A COM_QUERY. One object for each event loop, which its sessions use in turn. */
final class TextStatement implements ClientStatement {

    private static final int TEXT_START = Packets.HEADER_LENGTH + 1;

    private final LoopContext loop;
    private final Digest digest = new Digest();
    private final TextBindings bindings = new TextBindings();
    private @Nullable ClientSession session;
    private @Nullable ByteBuf packet;

    TextStatement(LoopContext loop) {
        this.loop = loop;
    }

    /** @param command the client's packet, which stays the caller's and must not be released before this is done with */
    void begin(ClientSession client, ByteBuf command) {
        session = client;
        packet = command;
        int length = command.readableBytes() - TEXT_START;
        byte[] sql = loop.statementBytes(length);
        command.getBytes(command.readerIndex() + TEXT_START, sql, 0, length);
        digest.read(sql, 0, length, client.state().dialect());
        bindings.reset(digest, client.state().encoding());
    }

    private ClientSession session() {
        ClientSession current = session;
        if (current == null) {
            throw new IllegalStateException("no statement has been begun");
        }
        return current;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public Bindings bindings() {
        return bindings;
    }

    @Override
    public @Nullable String schema() {
        return session().state().schema();
    }

    @Override
    public boolean isPrepared() {
        return false;
    }

    @Override
    public StatementText words() {
        return new StatementText(digest, null);
    }

    @Override
    public Request request(Location location, Rewrite rewrite) {
        if (rewrite.isEmpty()) {
            return Request.text(location, whole());
        }
        StatementRewriter rewriter = loop.rewriter();
        rewriter.text(digest, rewrite, location, bindings, session().literals());
        return Request.text(location, written(rewriter));
    }

    @Override
    public Request rows(Location location, Plan.InsertRows plan, RowChoice choice) {
        StatementRewriter rewriter = loop.rewriter();
        rewriter.insertText(digest, plan, location, choice, session().literals());
        return Request.text(location, written(rewriter));
    }

    @Override
    public Kept keep() {
        ClientSession client = session();
        ByteBuf kept = command().retain();
        return new Kept() {
            @Override
            public ClientStatement again() {
                begin(client, kept);
                return TextStatement.this;
            }

            @Override
            public void release() {
                kept.release();
            }
        };
    }

    private ByteBuf command() {
        ByteBuf command = packet;
        if (command == null) {
            throw new IllegalStateException("no statement has been begun");
        }
        return command;
    }

    /** The client's own packet; one that came in several has lost its inner headers and gets them again. */
    private ByteBuf whole() {
        ByteBuf command = command();
        int length = command.readableBytes() - Packets.HEADER_LENGTH;
        if (length < Packets.MAX_PAYLOAD) {
            return command.retainedSlice();
        }
        ByteBuf out = session().channel().alloc().buffer(length + 64);
        Packets.write(out, command.slice(command.readerIndex() + Packets.HEADER_LENGTH, length), 0);
        return out;
    }

    private ByteBuf written(StatementRewriter rewriter) {
        int length = rewriter.length() + 1;
        if (length >= Packets.MAX_PAYLOAD) {
            byte[] sql = Arrays.copyOf(rewriter.bytes(), rewriter.length());
            return Packets.command(session().channel().alloc(), CommandByte.QUERY, sql);
        }
        ByteBuf out = session().channel().alloc().buffer(Packets.HEADER_LENGTH + length);
        out.writeMediumLE(length).writeByte(0).writeByte(CommandByte.QUERY);
        return out.writeBytes(rewriter.bytes(), 0, rewriter.length());
    }
}
