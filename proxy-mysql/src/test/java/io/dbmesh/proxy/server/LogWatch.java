package io.dbmesh.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Sees what is logged as an error while a test runs; buffers that were not released are logged so too. */
final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final int BUFFERS = 1000;

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final List<String> errors = new CopyOnWriteArrayList<>();

    private LogWatch() {}

    static LogWatch begin() {
        LogWatch watch = new LogWatch();
        watch.setContext(watch.root.getLoggerContext());
        watch.start();
        watch.root.addAppender(watch);
        return watch;
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean rejected = event.getThrowableProxy() instanceof ThrowableProxy thrown
                && thrown.getThrowable() instanceof java.util.concurrent.RejectedExecutionException;
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) || rejected) {
            errors.add(event.getLoggerName() + ": " + event.getFormattedMessage());
        }
    }

    /** Leaks are found when the collector has taken a buffer, and told when the next ones are allocated. */
    void assertNoErrorsAndNoLeaks() {
        for (int round = 0; round < 3; round++) {
            System.gc();
            for (int i = 0; i < BUFFERS; i++) {
                ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
                buffer.release();
            }
        }
        assertThat(errors).isEmpty();
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}
