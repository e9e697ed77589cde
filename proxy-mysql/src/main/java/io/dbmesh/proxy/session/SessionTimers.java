package io.dbmesh.proxy.session;

import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long a session waits for its client: for the login, between statements, while it is not read from, at the end. */
final class SessionTimers {

    /** How long a client that is refused may take to read why. */
    private static final long LINGER_MILLIS = 2_000;

    /** How often a client that is not read from is looked after, and with how many commands waiting that ends. */
    private static final long PROBE_MILLIS = 1_000;

    private static final int MAX_PROBED = 100_000;
    private static final long MIN_IDLE_CHECK_MILLIS = 100;

    private final ClientSession session;
    private final Limits limits;
    private final Channel channel;
    private final EventLoop eventLoop;

    private @Nullable ScheduledFuture<?> loginDeadline;
    private @Nullable ScheduledFuture<?> idleCheck;
    private boolean probing;
    private long activeSinceNanos = System.nanoTime();

    SessionTimers(ClientSession session, Limits limits) {
        this.session = session;
        this.limits = limits;
        this.channel = session.channel();
        this.eventLoop = session.loop().eventLoop();
    }

    /** The client has from now on the time that a login has. */
    void loginBegins() {
        cancel(loginDeadline);
        loginDeadline = eventLoop.schedule(this::loginTimedOut, limits.loginTimeoutMillis(), TimeUnit.MILLISECONDS);
    }

    private void loginTimedOut() {
        if (session.isLoggingIn()) {
            session.loginTimedOut();
        }
    }

    void loginIsOver() {
        cancel(loginDeadline);
        if (idleCheck == null) {
            scheduleIdleCheck(limits.clientIdleTimeoutMillis());
        }
    }

    /** A statement has begun or ended. */
    void active() {
        activeSinceNanos = System.nanoTime();
    }

    /** Since a statement last began or ended. */
    long idleMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - activeSinceNanos);
    }

    private void scheduleIdleCheck(long millis) {
        idleCheck = eventLoop.schedule(this::checkIdle, millis, TimeUnit.MILLISECONDS);
    }

    private void checkIdle() {
        if (session.isClosed()) {
            return;
        }
        long leftMillis = limits.clientIdleTimeoutMillis() - idleMillis();
        if (leftMillis > 0 || session.isBusy()) {
            scheduleIdleCheck(Math.max(leftMillis, MIN_IDLE_CHECK_MILLIS));
        } else {
            session.refuse(new MeshException(MeshError.IDLE_TIMEOUT), 0);
        }
    }

    /** The client is not read from until the session resumes: it would not be seen to disappear. */
    void readingStopped() {
        if (!probing) {
            probing = true;
            scheduleProbe();
        }
    }

    private void scheduleProbe() {
        eventLoop.schedule(this::probe, PROBE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void probe() {
        probing = !session.isClosed() && !channel.config().isAutoRead();
        if (probing) {
            if (session.waitingCommands() < MAX_PROBED) {
                channel.read();
            }
            scheduleProbe();
        }
    }

    /**
     * Sends a last packet and closes, when the client has closed too or after a moment. Until then what it sends is read and
     * dropped: unread bytes would make the kernel reset the connection, and the client might lose the packet.
     */
    void closeAfter(ByteBuf lastPacket) {
        channel.config().setAutoRead(true);
        ScheduledFuture<?> deadline = eventLoop.schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
        channel.writeAndFlush(lastPacket).addListener((ChannelFutureListener) written -> {
            if (written.isSuccess() && channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            } else {
                channel.close();
            }
        });
    }

    /** They hold the session, the idle check for hours. */
    void cancel() {
        cancel(loginDeadline);
        cancel(idleCheck);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
