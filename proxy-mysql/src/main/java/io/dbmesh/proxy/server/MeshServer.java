package io.dbmesh.proxy.server;

import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.dbmesh.engine.key.SnowflakeKeys;
import io.dbmesh.engine.metadata.CurrentMesh;
import io.dbmesh.engine.plan.PlanCache;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.session.ClientSession;
import io.dbmesh.proxy.session.ProxyContext;
import io.dbmesh.proxy.session.SessionRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running proxy: the one place where its parts are wired together. */
public final class MeshServer implements AutoCloseable {

    /** Overrides the number of event loops, which is that of the processors. */
    public static final String THREADS_PROPERTY = "dbmesh.threads";

    private static final Logger LOG = LoggerFactory.getLogger(MeshServer.class);

    /** How long a shutdown waits for statements under way. */
    private static final long SHUTDOWN_MILLIS = 5_000;

    /** How long it then waits for those to be killed. */
    private static final long ABORT_MILLIS = 2_000;

    /** What the kernel still has to say of channels that are being closed comes in this time. */
    private static final long QUIET_MILLIS = 100;

    /** Longest wait for the event loops to end, the quiet time included. */
    private static final long LOOPS_END_MILLIS = 8_000;

    private static final long FIRST_ANSWERS_MILLIS = 3_000;
    /** Bytes that wait for a slow client before its servers are no longer read, and below which they are again. */
    private static final WriteBufferWaterMark CLIENT_BUFFER = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private static final int BACKLOG = 1024;

    private final MeshConfig config;
    private final CurrentMesh mesh;
    private final MultiThreadIoEventLoopGroup group;
    private final List<WorkerLoop> loops = new ArrayList<>();
    private final Map<EventExecutor, WorkerLoop> loopOf = new ConcurrentHashMap<>();
    private final SessionRegistry sessions = new SessionRegistry();
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final DataSourceWatch watch;
    private final ProxyContext context;
    private final Channel listener;
    private boolean closed;

    private MeshServer(MeshConfig config, CurrentMesh mesh, int threads) {
        this.config = config;
        this.mesh = mesh;
        Transport transport = Transport.best();
        this.group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("mesh"), transport.ioHandlers());
        for (EventExecutor executor : group) {
            WorkerLoop loop = new WorkerLoop((EventLoop) executor, transport, config, threads);
            loops.add(loop);
            loopOf.put(executor, loop);
        }
        this.watch = new DataSourceWatch(List.copyOf(config.dataSources().values()), loops);
        this.context = new ProxyContext(
                mesh,
                new PlanCache(config.limits().planCacheEntries()),
                new SnowflakeKeys(workerId(config), Clock.systemUTC()),
                sessions,
                background,
                watch::facts,
                watch::list);
        watch.start();
        awaitFirstAnswers();
        this.listener = listen(transport);
        LOG.info(
                "Listening on {}:{} for clients, {} event loops on {}",
                config.listen().host(),
                port(),
                threads,
                transport);
    }

    /**
     * Starts a proxy: loads metadata, creates databases that are missing, and listens. Blocks until clients can connect.
     *
     * @throws MeshException when no data source answers or the address cannot be listened on
     */
    public static MeshServer start(MeshConfig config) {
        return start(
                config,
                Integer.getInteger(THREADS_PROPERTY, Runtime.getRuntime().availableProcessors()));
    }

    /** The same with a number of event loops, at least 1. */
    public static MeshServer start(MeshConfig config, int threads) {
        CurrentMesh mesh = CurrentMesh.start(config);
        try {
            return new MeshServer(config, mesh, threads);
        } catch (RuntimeException failure) {
            mesh.close();
            throw failure;
        }
    }

    /** The port that clients connect to. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Clients connected at this moment. */
    public int clients() {
        return sessions.size();
    }

    private static int workerId(MeshConfig config) {
        return config.keys().workerId().orElseGet(() -> {
            String host = System.getenv().getOrDefault("HOSTNAME", "localhost");
            return Math.floorMod((host + ":" + config.listen().port()).hashCode(), SnowflakeKeys.MAX_WORKER_ID + 1);
        });
    }

    /** The version in the greeting is that of a server, so the first answers are waited for, within reason. */
    private void awaitFirstAnswers() {
        if (!await(watch::hasAskedAll, FIRST_ANSWERS_MILLIS)) {
            LOG.warn("Some data sources have not answered within {} ms; listening nevertheless", FIRST_ANSWERS_MILLIS);
        }
    }

    private Channel listen(Transport transport) {
        ListenAddress address = config.listen();
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, CLIENT_BUFFER)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address.host(), address.port())
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            background.close();
            throw new MeshException(MeshError.CANNOT_LISTEN, address, failure.getMessage());
        }
        return bound.channel();
    }

    private void accept(Channel channel) {
        int limit = config.limits().maxClientConnections();
        if (sessions.size() >= limit) {
            ByteBuf out = channel.alloc().buffer(128);
            ErrorPacket.of(new MeshException(MeshError.TOO_MANY_CONNECTIONS, limit))
                    .write(out, 0);
            channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        WorkerLoop loop = loopOf.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("a channel on an event loop that is not the server's");
        }
        ClientSession session = new ClientSession(context, loop.context(), channel);
        channel.pipeline().addLast(session.framer(), session);
    }

    /** Stops listening, tells clients, waits a little for statements under way, and closes everything. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.info("Shutting down: {} clients are connected", sessions.size());
        listener.close().syncUninterruptibly();
        sessions.shutDown();
        if (!await(() -> sessions.size() == 0, SHUTDOWN_MILLIS)) {
            LOG.warn("Shutting down: {} statements are still under way and are killed", sessions.size());
            sessions.abort();
        }
        if (!await(this::hasNothingUnderWay, ABORT_MILLIS)) {
            LOG.warn("Shutting down: some statements could not be killed");
        }
        // Nobody waits for its results any more, but what it does at servers ends well if it ends soon.
        background.shutdown();
        endBackground();
        loops.forEach(WorkerLoop::closePools);
        boolean ended = group.shutdownGracefully(QUIET_MILLIS, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LOOPS_END_MILLIS);
        if (!ended) {
            // Netty's io_uring handler waits without a bound for completions that the kernel may never give.
            LOG.warn(
                    "Shutting down: the event loops have not ended in {} ms and are left to themselves",
                    LOOPS_END_MILLIS);
        }
        mesh.close();
        LOG.info("Shut down");
    }

    private boolean hasNothingUnderWay() {
        return sessions.size() == 0
                && loops.stream().noneMatch(loop -> loop.context().isKilling());
    }

    private void endBackground() {
        try {
            if (!background.awaitTermination(ABORT_MILLIS, TimeUnit.MILLISECONDS)) {
                background.shutdownNow();
            }
        } catch (InterruptedException e) {
            background.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private static boolean await(BooleanSupplier condition, long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return true;
    }
}
