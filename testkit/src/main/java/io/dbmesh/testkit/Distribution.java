package io.dbmesh.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** How one maker's server is unpacked, initialised and started. */
sealed interface Distribution permits MariaDbDistribution, MySqlDistribution {
    /** With all privileges, from any host; the servers listen on 127.0.0.1 only. */
    String USER = "mesh";

    String PASSWORD = "mesh";

    static Distribution of(Flavor flavor) {
        requireLinux(flavor);
        Cache cache = Cache.ofUser();
        return switch (flavor) {
            case MARIADB -> new MariaDbDistribution(version("mariadb"), cache);
            case MYSQL -> new MySqlDistribution(version("mysql"), cache);
        };
    }

    /** The folder of the unpacked server, with its programs in {@code bin}. */
    Path home();

    /** An initialised data folder to copy; no server runs on it. */
    Path template();

    /**
     * The command of a server.
     *
     * @param folder holds the data in {@code data}, the socket and the log; nothing outside it is written
     */
    List<String> command(Path folder, int port);

    /** For the maker's own driver. {@code database} may be empty. */
    String jdbcUrl(int port, String database);

    /** As root a server starts only if that is said to be meant. */
    static List<String> runAsRoot() {
        return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
    }

    private static void requireLinux(Flavor flavor) {
        String system = System.getProperty("os.name");
        String machine = System.getProperty("os.arch");
        if (!"linux".equals(system.toLowerCase(Locale.ROOT))
                || !List.of("amd64", "x86_64").contains(machine)) {
            throw new ServerStartException(
                    "The " + flavor.productName() + " server for tests exists for Linux on x86-64;" + " this is "
                            + system + " on " + machine + ". Run it in a container or a virtual machine.");
        }
    }

    private static String version(String key) {
        try (InputStream pinned = Distribution.class.getResourceAsStream("servers.properties")) {
            if (pinned == null) {
                throw new IllegalStateException("servers.properties is missing beside " + Distribution.class);
            }
            Properties properties = new Properties();
            properties.load(pinned);
            return properties.getProperty(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
