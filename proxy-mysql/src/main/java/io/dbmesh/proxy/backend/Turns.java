package io.dbmesh.proxy.backend;

import io.dbmesh.proxy.protocol.ErrorPacket;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets one session at a time take several connections of a pool. Without turns, two sessions that each have some of the
 * connections that both need would wait for each other until one gives up. Who takes a single connection needs no turn:
 * it holds nothing of the pool while it waits.
 */
public final class Turns {

    /** Who wants a turn. */
    public interface Taker {
        /** The turn has come; {@link #end} must be called, also when the client goes away. */
        void granted();

        /** It did not come in time. */
        void unavailable(ErrorPacket reason);

        /** Whether it is not wanted any more. Then neither need be called. */
        boolean isCancelled();
    }

    private static final class Waiter {
        final Taker taker;
        final long sinceNanos = System.nanoTime();

        @Nullable ScheduledFuture<?> timeout;

        Waiter(Taker taker) {
            this.taker = taker;
        }
    }

    private final EventLoop eventLoop;
    private final long timeoutMillis;
    private final LongFunction<ErrorPacket> timedOut;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private boolean taken;

    /** @param timedOut makes the reason from the milliseconds waited */
    Turns(EventLoop eventLoop, long timeoutMillis, LongFunction<ErrorPacket> timedOut) {
        this.eventLoop = eventLoop;
        this.timeoutMillis = timeoutMillis;
        this.timedOut = timedOut;
    }

    /** Tells the taker at once or later. */
    public void take(Taker taker) {
        if (!taken) {
            taken = true;
            taker.granted();
            return;
        }
        Waiter waiter = new Waiter(taker);
        waiters.add(waiter);
        waiter.timeout = eventLoop.schedule(() -> giveUp(waiter), timeoutMillis, TimeUnit.MILLISECONDS);
    }

    private void giveUp(Waiter waiter) {
        if (waiters.remove(waiter) && !waiter.taker.isCancelled()) {
            long waitedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waiter.sinceNanos);
            waiter.taker.unavailable(timedOut.apply(waitedMillis));
        }
    }

    /** The taker has its connections, or will not have them. */
    public void end() {
        Waiter waiter;
        while ((waiter = waiters.poll()) != null) {
            if (waiter.timeout != null) {
                waiter.timeout.cancel(false);
            }
            if (!waiter.taker.isCancelled()) {
                waiter.taker.granted();
                return;
            }
        }
        taken = false;
    }
}
