package io.dbmesh.proxy.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the proxy. */
@Command(
        name = "dbmesh",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "DBMesh makes many MySQL servers look like one.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ProxyCommand.class, CheckCommand.class},
        footer = {
            "",
            "The configuration is one YAML file; docs/configuration.md describes every field. A small one:",
            "",
            "  listen: 127.0.0.1:3307",
            "  users:",
            "    - { name: app, password: secret }",
            "  dataSources:",
            "    ds0: { address: 127.0.0.1:13306, user: mesh, password: mesh }",
            "  schemas:",
            "    shop:",
            "      default: ds0/shop",
            "      shards: [ds0/shop_0, ds0/shop_1]",
            "      tables:",
            "        orders: { key: customer_id, by: hash }",
            "",
            "Exit status: 0 when all is well, 1 when something failed, 2 for a wrong command line or configuration."
        })
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** The exit status. */
    static int run(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        if (arguments.length == 0) {
            line.usage(System.err);
            return CommandLine.ExitCode.USAGE;
        }
        return line.execute(arguments);
    }

    /** From the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "DBMesh " + (version == null ? "(from its sources)" : version),
                "Java " + Runtime.version() + ", " + Transport.best()
            };
        }
    }
}
