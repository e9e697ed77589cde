package io.dbmesh.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
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
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * The yardstick: passes bytes between each client and a connection of its own to the server, and does nothing else. What
 * DBMesh costs beyond this is what parsing, routing and pooling cost.
 *
 * <p>Arguments: server host, server port, threads, transport. Prints {@code listening PORT}.
 */
final class Forwarder {
    private final String host;
    private final int port;
    private final Class<? extends Channel> channelType;

    private Forwarder(String host, int port, Class<? extends Channel> channelType) {
        this.host = host;
        this.port = port;
        this.channelType = channelType;
    }

    /** The ways to move bytes that are compared. */
    enum Transport {
        IO_URING(IoUringSocketChannel.class, IoUringServerSocketChannel.class),
        EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class),
        NIO(NioSocketChannel.class, NioServerSocketChannel.class);

        private final Class<? extends Channel> channel;
        private final Class<? extends ServerChannel> server;

        Transport(Class<? extends Channel> channel, Class<? extends ServerChannel> server) {
            this.channel = channel;
            this.server = server;
        }

        private IoHandlerFactory ioHandlers() {
            return switch (this) {
                case IO_URING -> IoUringIoHandler.newFactory();
                case EPOLL -> EpollIoHandler.newFactory();
                case NIO -> NioIoHandler.newFactory();
            };
        }

        private static Transport named(String name) {
            if (!name.equals("auto")) {
                return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
            }
            return IoUring.isAvailable() ? IO_URING : Epoll.isAvailable() ? EPOLL : NIO;
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        Transport transport = Transport.named(arguments[3]);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(Integer.parseInt(arguments[2]), transport.ioHandlers());
        Forwarder forwarder = new Forwarder(arguments[0], Integer.parseInt(arguments[1]), transport.channel);
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(transport.server)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        forwarder.accept(client);
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        System.out.println("listening " + ((InetSocketAddress) listening.localAddress()).getPort());
        listening.closeFuture().sync();
    }

    private void accept(Channel client) {
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Passing(client))
                .connect(host, port);
        client.pipeline().addLast(new Passing(connecting.channel()));
        connecting.addListener(future -> {
            if (future.isSuccess()) {
                client.config().setAutoRead(true);
            } else {
                client.close();
            }
        });
    }

    private static final class Passing extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Passing(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            other.write(message, other.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
            context.channel().config().setAutoRead(other.isWritable());
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            other.config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            other.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
