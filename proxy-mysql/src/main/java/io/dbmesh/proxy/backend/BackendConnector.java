package io.dbmesh.proxy.backend;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.proxy.protocol.Capabilities;
import io.dbmesh.proxy.protocol.ClientLogin;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.PacketFramer;
import io.dbmesh.proxy.protocol.ProtocolException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Opens connections to data sources for one event loop: connects, logs in, and then hands over to the connection. */
public final class BackendConnector {

    /** A greeting or an answer of a login is short; anything longer is no MySQL server. */
    private static final int MAX_LOGIN_PACKET = 64 * 1024;

    /** As in {@code io_uring connect(..) failed with error(-111): Connection refused}. */
    private static final Pattern NATIVE_PREFIX = Pattern.compile("^.* failed with error\\(-?\\d+\\): ");

    private final EventLoop eventLoop;
    private final Bootstrap bootstrap;
    private final AcceptedSettings acceptedSettings = new AcceptedSettings();
    private final int timeoutMillis;

    /**
     * @param channelType of the event loop's transport
     * @param timeoutMillis for the TCP connection and the login together
     */
    public BackendConnector(EventLoop eventLoop, Class<? extends Channel> channelType, int timeoutMillis) {
        this.eventLoop = eventLoop;
        this.timeoutMillis = timeoutMillis;
        this.bootstrap = new Bootstrap()
                .group(eventLoop)
                .channel(channelType)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
    }

    void connect(
            DataSource dataSource,
            Profile profile,
            String database,
            @Nullable BackendPool pool,
            BackendPool.Borrower borrower) {
        Login login = new Login(dataSource, profile, database, pool, borrower);
        ChannelFuture connecting = bootstrap.clone().handler(login).connect(dataSource.host(), dataSource.port());
        login.startTimeout(connecting.channel());
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                login.fail(reasonOf(future.cause()));
            }
        });
    }

    /** Without the names of system calls that Netty's native transports put before the system's own words. */
    private static String reasonOf(Throwable cause) {
        return NATIVE_PREFIX.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
    }

    /** The handler of a channel until its login is over. */
    private final class Login extends ChannelInboundHandlerAdapter {
        private final DataSource dataSource;
        private final Profile profile;
        private final String database;
        private final @Nullable BackendPool pool;
        private final BackendPool.Borrower borrower;
        private final ClientLogin login;
        private final PacketFramer framer;
        private @Nullable Channel channel;
        private @Nullable ScheduledFuture<?> timeout;
        private boolean over;

        Login(
                DataSource dataSource,
                Profile profile,
                String database,
                @Nullable BackendPool pool,
                BackendPool.Borrower borrower) {
            this.dataSource = dataSource;
            this.profile = profile;
            this.database = database;
            this.pool = pool;
            this.borrower = borrower;
            long capabilities = (profile.deprecateEof() ? Capabilities.DEPRECATE_EOF : 0)
                    | (profile.foundRows() ? Capabilities.FOUND_ROWS : 0)
                    | (profile.ignoreSpace() ? Capabilities.IGNORE_SPACE : 0)
                    | (profile.extendedMetadata() ? Capabilities.EXTENDED_METADATA : 0);
            this.login = new ClientLogin(
                    dataSource.user(), dataSource.password(), database, capabilities, profile.charset());
            this.framer = new PacketFramer(
                    MAX_LOGIN_PACKET, length -> fail("it sent " + length + " bytes where a login was expected"));
        }

        @Override
        public void channelRegistered(ChannelHandlerContext context) {
            context.pipeline().addFirst(framer);
            context.fireChannelRegistered();
        }

        /** Counts from before the TCP connection, so that both together take no longer. */
        void startTimeout(Channel connecting) {
            channel = connecting;
            timeout = eventLoop.schedule(
                    () -> fail("no login within " + timeoutMillis + " ms"), timeoutMillis, TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf packet = (ByteBuf) message;
            if (over) {
                packet.release();
                return;
            }
            try {
                ByteBuf reply = login.received(packet, context.alloc());
                if (reply != null) {
                    context.writeAndFlush(reply, context.voidPromise());
                }
            } catch (ProtocolException malformed) {
                fail(String.valueOf(malformed.getMessage()));
            } finally {
                packet.release();
            }
            ErrorPacket refused = login.error();
            if (refused != null) {
                fail("error " + refused.errno() + ": " + refused.message());
            }
            if (!over && login.isDone()) {
                handOver(context);
            }
        }

        private void handOver(ChannelHandlerContext context) {
            over = true;
            cancelTimeout();
            BackendConnection connection = new BackendConnection(
                    context.channel(),
                    dataSource,
                    new BackendConnection.BackendLogin(profile, database, login.threadId()),
                    acceptedSettings,
                    pool);
            context.pipeline().replace(this, "connection", connection);
            context.pipeline().remove(framer);
            borrower.connected(connection);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail("the server closed the connection during login");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(reasonOf(cause));
            context.close();
        }

        /** Ends the login and the channel; the borrower is told once. */
        void fail(String reason) {
            if (!over) {
                over = true;
                cancelTimeout();
                if (channel != null) {
                    channel.close();
                }
                borrower.unavailable(ErrorPacket.of(new MeshException(
                        MeshError.BACKEND_UNREACHABLE, dataSource.name(), dataSource.address(), reason)));
            }
        }

        private void cancelTimeout() {
            if (timeout != null) {
                timeout.cancel(false);
            }
        }
    }
}
