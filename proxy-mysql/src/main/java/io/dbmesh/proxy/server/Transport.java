package io.dbmesh.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.function.Supplier;

/** The ways to move bytes that Netty offers here, best first. */
@SuppressWarnings("ImmutableEnumChecker") // the suppliers are method references without state
enum Transport {
    IO_URING(
            IoUring::isAvailable,
            IoUringIoHandler::newFactory,
            IoUringSocketChannel.class,
            IoUringServerSocketChannel.class),
    EPOLL(Epoll::isAvailable, EpollIoHandler::newFactory, EpollSocketChannel.class, EpollServerSocketChannel.class),
    NIO(() -> true, NioIoHandler::newFactory, NioSocketChannel.class, NioServerSocketChannel.class);

    private final Supplier<Boolean> available;
    private final Supplier<IoHandlerFactory> ioHandlers;
    private final Class<? extends Channel> channelType;
    private final Class<? extends ServerChannel> serverChannelType;

    Transport(
            Supplier<Boolean> available,
            Supplier<IoHandlerFactory> ioHandlers,
            Class<? extends Channel> channelType,
            Class<? extends ServerChannel> serverChannelType) {
        this.available = available;
        this.ioHandlers = ioHandlers;
        this.channelType = channelType;
        this.serverChannelType = serverChannelType;
    }

    /** The first of the order io_uring, epoll, NIO that works on this machine. */
    static Transport best() {
        for (Transport transport : values()) {
            if (transport.isAvailable()) {
                return transport;
            }
        }
        return NIO;
    }

    boolean isAvailable() {
        return available.get();
    }

    IoHandlerFactory ioHandlers() {
        return ioHandlers.get();
    }

    Class<? extends Channel> channelType() {
        return channelType;
    }

    Class<? extends ServerChannel> serverChannelType() {
        return serverChannelType;
    }
}
