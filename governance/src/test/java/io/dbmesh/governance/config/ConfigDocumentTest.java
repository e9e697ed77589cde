package io.dbmesh.governance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmesh.engine.config.DataSource;
import io.dbmesh.engine.config.KeyGeneration;
import io.dbmesh.engine.config.Limits;
import io.dbmesh.engine.config.ListenAddress;
import io.dbmesh.engine.config.Location;
import io.dbmesh.engine.config.MeshConfig;
import io.dbmesh.engine.config.ReferenceRule;
import io.dbmesh.engine.config.Schema;
import io.dbmesh.engine.config.ShardBy;
import io.dbmesh.engine.config.ShardedRule;
import io.dbmesh.engine.config.User;
import io.dbmesh.engine.error.MeshError;
import io.dbmesh.engine.error.MeshException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class ConfigDocumentTest {
    private static final String SMALL = """
            listen: 127.0.0.1:3307
            users:
              - { name: app, password: secret }
            dataSources:
              ds0: { address: 127.0.0.1:13306, user: bench, password: bench }
              ds1: { address: 127.0.0.1:13307, user: bench, password: bench }
            schemas:
              sbtest:
                default: ds0/sbtest                 # tables without a rule live here, as they are
                shards: [ds0/sbtest_0, ds1/sbtest_1]  # DATA SOURCE/DATABASE, created when missing
                tables:
                  sbtest1:  { key: id, by: hash }
                  sbtest2:  { key: id, by: hash, with: sbtest1 }   # co-located with sbtest1
                  colours:  reference
              plain:                                # nothing sharded: relayed untouched
                default: ds0/plain
            """;

    @TempDir
    Path directory;

    @Test
    void document_becomesTheConfiguration() {
        MeshConfig config = ConfigDocument.parse("mesh.yaml", SMALL);

        assertThat(config.listen()).isEqualTo(new ListenAddress("127.0.0.1", 3307));
        assertThat(config.users()).containsExactly(Map.entry("app", new User("app", "secret")));
        assertThat(config.dataSources().values())
                .containsExactly(
                        new DataSource("ds0", new ListenAddress("127.0.0.1", 13306), "bench", "bench"),
                        new DataSource("ds1", new ListenAddress("127.0.0.1", 13307), "bench", "bench"));
        assertThat(config.schema("sbtest"))
                .isEqualTo(new Schema(
                        "sbtest",
                        new Location("ds0", "sbtest"),
                        List.of(new Location("ds0", "sbtest_0"), new Location("ds1", "sbtest_1")),
                        Map.of(
                                "sbtest1",
                                new ShardedRule("id", new ShardBy.Hash()),
                                "sbtest2",
                                new ShardedRule("id", new ShardBy.Hash(), "sbtest1"),
                                "colours",
                                new ReferenceRule())));
        assertThat(config.schema("plain")).isEqualTo(new Schema("plain", new Location("ds0", "plain")));
        assertThat(config.keys()).isEqualTo(KeyGeneration.DEFAULT);
        assertThat(config.limits()).isEqualTo(Limits.DEFAULT);
    }

    @Test
    void everySharding_canBeWritten() {
        String rules = """
                t_mod: { key: id, by: mod }
                t_range: { key: id, by: { range: [2024-01-01] } }
                t_list: { key: code, by: { list: { 0: [a, 0x10], 1: ["c"] }, others: 1 } }
                t_strict: { key: code, by: { list: { 0: [a] } } }
                """;
        Schema schema = ConfigDocument.parse(
                        "mesh.yaml",
                        SMALL.replace(
                                "sbtest1:  { key: id, by: hash }",
                                "sbtest1:  { key: id, by: hash }\n" + rules.indent(6)))
                .schemas()
                .get("sbtest");

        assertThat(schema.rule("t_mod")).isEqualTo(new ShardedRule("id", new ShardBy.Mod()));
        assertThat(schema.rule("t_range")).isEqualTo(new ShardedRule("id", new ShardBy.Range(List.of("2024-01-01"))));
        assertThat(schema.rule("t_list"))
                .isEqualTo(new ShardedRule(
                        "code", new ShardBy.Values(Map.of(0, List.of("a", "0x10"), 1, List.of("c")), 1)));
        assertThat(schema.rule("t_strict"))
                .isEqualTo(new ShardedRule("code", new ShardBy.Values(Map.of(0, List.of("a")), null)));
    }

    @Test
    void everyLimit_canBeWritten() {
        String limits = """
                keys: { workerId: 3, autoIncrement: segment, segmentSize: 50 }
                limits:
                  maxClientConnections: 101
                  loginTimeoutMillis: 102
                  clientIdleTimeoutMillis: 1003
                  connectTimeoutMillis: 104
                  poolWaitTimeoutMillis: 105
                  backendIdleTimeoutMillis: 1006
                  maxAllowedPacketBytes: 1027
                  maxRowsInMemory: 108
                  maxBytesInMemory: 9223372036854775
                  rowWindowBytes: 1030
                  maxPreparedStatementsPerClient: 111
                  planCacheEntries: 112
                """;
        MeshConfig config = ConfigDocument.parse("mesh.yaml", SMALL + limits);

        assertThat(config.keys())
                .isEqualTo(new KeyGeneration(OptionalInt.of(3), KeyGeneration.AutoIncrement.SEGMENT, 50));
        assertThat(config.limits())
                .isEqualTo(new Limits(101, 102, 1003, 104, 105, 1006, 1027, 108, 9223372036854775L, 1030, 111, 112));
    }

    @Test
    void passwords_areTextAsWritten() {
        MeshConfig config = ConfigDocument.parse("mesh.yaml", SMALL.replace("secret", "0123"));

        assertThat(config.users().get("app")).isEqualTo(new User("app", "0123"));
    }

    @Test
    void file_isReadByItsPath() throws IOException {
        Path file = directory.resolve("shop.yaml");
        Files.writeString(file, SMALL + "limit: 3\n");

        assertThatThrownBy(() -> ConfigDocument.read(file))
                .hasMessage("The configuration has 1 fault(s):\nshop.yaml:17:1: unknown field 'limit'; did you mean"
                        + " 'limits'? allowed: listen, users, dataSources, schemas, keys, limits");
        Files.writeString(file, SMALL);
        assertThat(ConfigDocument.read(file)).isEqualTo(ConfigDocument.parse("x", SMALL));
    }

    @Test
    void unreadableFile_isRefusedWithTheReason() throws IOException {
        assertUnreadable(directory.resolve("absent.yaml"), "there is no such file");
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff});
        assertUnreadable(binary, "it is not UTF-8 text");
        Path large = directory.resolve("large.yaml");
        Files.write(large, new byte[ConfigDocument.MAX_BYTES + 1]);
        assertUnreadable(large, "it is longer than 1048576 bytes, the limit");
    }

    @Test
    void deepDocument_isRefusedWithoutDepthOfStack() {
        assertThatThrownBy(() -> ConfigDocument.parse("mesh.yaml", "listen: " + "[".repeat(100_000)))
                .hasMessageContaining("mesh.yaml:1:40: nested deeper than 32 levels; allowed: less");
        assertThatThrownBy(() -> ConfigDocument.parse("mesh.yaml", "a: ".repeat(3)))
                .hasMessageContaining("not YAML");
    }

    @Test
    void aliases_areRefusedBeforeTheyMultiply() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> ConfigDocument.parse("mesh.yaml", bomb.toString()))
                .hasMessageContaining("The configuration has 118 fault(s)")
                .hasMessageContaining("... and 18 more");
    }

    @Test
    void controlCharacter_isRefusedAtItsPlace() {
        assertThatThrownBy(() -> ConfigDocument.parse("mesh.yaml", "listen: a\nusers: \u0007"))
                .hasMessage(
                        "The configuration has 1 fault(s):\nmesh.yaml:2:8: not YAML: character U+0007 is not allowed");
    }

    /** The documentation's own example must work, and its tables must name every field. */
    @Test
    void documentation_matches() throws IOException {
        String page = Files.readString(Path.of("../docs/configuration.md"));
        Matcher example = Pattern.compile("```yaml\n# mesh.yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(page);

        assertThat(example.find()).isTrue();
        assertThat(ConfigDocument.parse("mesh.yaml", example.group(1)).limits().maxClientConnections())
                .isEqualTo(2000);
        for (var component : Limits.class.getRecordComponents()) {
            assertThat(page).contains("| `" + component.getName() + "` |");
        }
    }

    private static void assertUnreadable(Path file, String reason) {
        assertThatThrownBy(() -> ConfigDocument.read(file)).isInstanceOfSatisfying(MeshException.class, refusal -> {
            assertThat(refusal.error()).isEqualTo(MeshError.CONFIG_UNREADABLE);
            assertThat(refusal.message()).isEqualTo("Cannot read the configuration " + file + ": " + reason);
        });
    }
}
