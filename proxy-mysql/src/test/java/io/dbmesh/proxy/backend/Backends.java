package io.dbmesh.proxy.backend;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.proxy.backend.BackendPool.Borrower;
import io.dbmesh.proxy.backend.BackendPool.PoolLimits;
import io.dbmesh.proxy.protocol.CommandByte;
import io.dbmesh.proxy.protocol.ErrorPacket;
import io.dbmesh.proxy.protocol.Packets;
import io.dbmesh.proxy.protocol.ResponseScanner;
import io.dbmesh.proxy.protocol.ResultReader;
import io.dbmesh.proxy.protocol.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One event loop with a pool, and the calls of a session as blocking calls of a test. */
final class Backends implements AutoCloseable {
    static final Profile PROFILE = new Profile(true, false, false, false, 45);
    static final Profile OLD_PROFILE = new Profile(false, true, false, false, 45);
    static final PoolLimits LIMITS = new PoolLimits(2, 2, 400, 60_000);
    private static final int LOGIN_MILLIS = 3_000;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final EventLoop loop = group.next();
    final BackendPool pool;

    Backends(int port, String user, String password, PoolLimits limits, int loginMillis) {
        DataSource source = new DataSource("ds", new ListenAddress("127.0.0.1", port), user, password);
        BackendConnector connector = new BackendConnector(loop, NioSocketChannel.class, loginMillis);
        pool = onLoop(() -> new BackendPool(loop, source, connector, limits));
    }

    Backends(int port, String user, String password) {
        this(port, user, password, LIMITS, LOGIN_MILLIS);
    }

    /** What a server refused, or how a connection was lost. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final transient ErrorPacket reason;

        Refused(ErrorPacket reason) {
            super(reason.errno() + " " + reason.message());
            this.reason = reason;
        }
    }

    /** An answer in text or binary rows. */
    record Answer(List<byte[]> rows, ResultReader reader) {
        String text(int row) {
            return new String(rows.get(row), StandardCharsets.UTF_8);
        }
    }

    <T> T onLoop(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        });
        return await(result);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException | TimeoutException none) {
            throw new IllegalStateException(none);
        }
    }

    /** Whoever asked; {@code cancelled} may be set on the loop. */
    static final class Asked implements Borrower {
        final CompletableFuture<BackendConnection> connection = new CompletableFuture<>();
        volatile boolean cancelled;

        @Override
        public void connected(BackendConnection given) {
            if (!connection.complete(given)) {
                throw new IllegalStateException("told twice");
            }
        }

        @Override
        public void unavailable(ErrorPacket reason) {
            if (!connection.completeExceptionally(new Refused(reason))) {
                throw new IllegalStateException("told twice");
            }
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }

    Asked ask(Profile profile, String database, SessionSettings settings) {
        return onLoop(() -> {
            Asked asked = new Asked();
            pool.borrow(profile, database, settings, asked);
            return asked;
        });
    }

    BackendConnection borrow(Profile profile, String database) {
        return await(ask(profile, database, SessionSettings.DEFAULTS).connection);
    }

    BackendConnection borrow() {
        return borrow(PROFILE, "");
    }

    void giveBack(BackendConnection connection) {
        onLoop(() -> {
            pool.giveBack(connection);
            return connection;
        });
    }

    CompletableFuture<Answer> send(BackendConnection connection, ByteBuf packet) {
        return onLoop(() -> sendOnLoop(connection, packet));
    }

    private static CompletableFuture<Answer> sendOnLoop(BackendConnection connection, ByteBuf packet) {
        Reading reading = new Reading(connection.profile().deprecateEof());
        connection.sendAndFlush(packet, reading);
        return reading.result;
    }

    CompletableFuture<Answer> start(BackendConnection connection, String sql) {
        return onLoop(() -> startOnLoop(connection, sql));
    }

    /** The same, called on the loop. */
    CompletableFuture<Answer> startOnLoop(BackendConnection connection, String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return sendOnLoop(connection, Packets.command(ByteBufAllocator.DEFAULT, CommandByte.QUERY, text));
    }

    Answer query(BackendConnection connection, String sql) {
        return await(start(connection, sql));
    }

    /** Prepares the connection for a statement and returns when it may be sent. */
    void prepareFor(BackendConnection connection, String database, SessionSettings settings, List<String> join) {
        CompletableFuture<BackendConnection> ready = new CompletableFuture<>();
        onLoop(() -> {
            connection.prepareFor(database, settings, join, new BackendConnection.Ready() {
                @Override
                public void ready(BackendConnection prepared) {
                    prepared.flush();
                    ready.complete(prepared);
                }

                @Override
                public void failed(ErrorPacket reason) {
                    ready.completeExceptionally(new Refused(reason));
                }
            });
            return connection;
        });
        await(ready);
    }

    /** Sends a command whose answer is only scanned. */
    ResponseScanner control(BackendConnection connection, ResponseScanner.Kind kind, int command, byte[] argument) {
        CompletableFuture<ResponseScanner> result = new CompletableFuture<>();
        onLoop(() -> {
            connection.send(
                    command,
                    argument,
                    new ControlExchange(kind, connection.profile().deprecateEof()) {
                        @Override
                        protected void ok(BackendConnection from, ResponseScanner answer) {
                            result.complete(answer);
                        }

                        @Override
                        protected void error(BackendConnection from, ErrorPacket reason) {
                            result.completeExceptionally(new Refused(reason));
                        }
                    });
            connection.flush();
            return connection;
        });
        return await(result);
    }

    /** Collects an answer's rows. */
    private static final class Reading extends Exchange implements ResultReader.Receiver {
        final CompletableFuture<Answer> result = new CompletableFuture<>();
        private final List<byte[]> rows = new ArrayList<>();
        private final ResultReader reader;

        Reading(boolean deprecateEof) {
            reader = new ResultReader(deprecateEof, this);
        }

        @Override
        public void columns(int count) {}

        @Override
        public void column(ByteBuf definition) {}

        @Override
        public void columnsEnded() {}

        @Override
        public void row(ByteBuf payload) {
            rows.add(Wire.read(payload));
            payload.release();
        }

        @Override
        protected boolean received(BackendConnection connection, ByteBuf chunk) {
            reader.read(chunk, chunk.alloc());
            return reader.isComplete();
        }

        @Override
        protected int statusFlags() {
            return reader.error() == null ? reader.statusFlags() : -1;
        }

        @Override
        protected void completed(BackendConnection connection) {
            ErrorPacket error = reader.error();
            if (error == null) {
                result.complete(new Answer(rows, reader));
            } else {
                result.completeExceptionally(new Refused(error));
            }
        }

        @Override
        protected void failed(BackendConnection connection, ErrorPacket reason) {
            reader.close();
            result.completeExceptionally(new Refused(reason));
        }

        @Override
        protected void abandoned() {
            reader.close();
            result.cancel(false);
        }
    }

    @Override
    public void close() {
        onLoop(() -> {
            pool.close();
            return pool;
        });
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
