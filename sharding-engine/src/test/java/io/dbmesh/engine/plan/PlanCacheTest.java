package io.dbmesh.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmesh.sql.digest.Digest;
import io.dbmesh.sql.lexer.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PlanCacheTest {
    private static PlannedStatement plan(String reason, Guard... guards) {
        return new PlannedStatement(new Plan.Local(TestMesh.parse("BEGIN"), List.of(reason)), List.of(guards), 0);
    }

    private static PlannedStatement find(PlanCache cache, String sql) {
        return cache.find(TestMesh.digest(sql), "shop", Dialect.DEFAULT, 1);
    }

    private static void put(PlanCache cache, String sql, PlannedStatement plan) {
        cache.put(TestMesh.digest(sql), "shop", Dialect.DEFAULT, 1, plan);
    }

    @Test
    void find_knowsTheShapeWithOtherLiterals() {
        PlanCache cache = new PlanCache(10);
        PlannedStatement plan = plan("a");
        put(cache, "SELECT a FROM t WHERE id = 1", plan);
        assertThat(find(cache, "SELECT  a FROM t WHERE id = 27")).isSameAs(plan);
        assertThat(find(cache, "SELECT b FROM t WHERE id = 27")).isNull();
    }

    @Test
    void find_tellsSchemasDialectsAndVersionsApart() {
        PlanCache cache = new PlanCache(10);
        Digest digest = TestMesh.digest("SELECT 1");
        cache.put(digest, "shop", Dialect.DEFAULT, 1, plan("a"));
        Dialect ansi = new Dialect(true, false, false, false, false, false, 80_033);
        assertThat(cache.find(digest, null, Dialect.DEFAULT, 1)).isNull();
        assertThat(cache.find(digest, "plain", Dialect.DEFAULT, 1)).isNull();
        assertThat(cache.find(digest, "shop", ansi, 1)).isNull();
        assertThat(cache.find(digest, "shop", Dialect.DEFAULT, 2)).isNull();
        assertThat(cache.find(digest, "shop", Dialect.DEFAULT, 1)).isNotNull();
    }

    @Test
    void find_asksTheGuards() {
        PlanCache cache = new PlanCache(10);
        PlannedStatement first = plan("first", new Guard(0, "1"));
        PlannedStatement second = plan("second", new Guard(0, "2"));
        put(cache, "SELECT a FROM t ORDER BY 1", first);
        put(cache, "SELECT a FROM t ORDER BY 2", second);
        assertThat(find(cache, "SELECT a FROM t ORDER BY 1")).isSameAs(first);
        assertThat(find(cache, "SELECT a FROM t ORDER BY 2")).isSameAs(second);
        assertThat(find(cache, "SELECT a FROM t ORDER BY 12")).isNull();
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void put_keepsPlansOfOneShapeBounded() {
        PlanCache cache = new PlanCache(10);
        for (int i = 10; i < 60; i++) {
            put(cache, "SELECT a FROM t ORDER BY " + i, plan("p", new Guard(0, Integer.toString(i))));
        }
        assertThat(find(cache, "SELECT a FROM t ORDER BY 59")).isNotNull();
        assertThat(find(cache, "SELECT a FROM t ORDER BY 52")).isNotNull();
        assertThat(find(cache, "SELECT a FROM t ORDER BY 51")).isNull();
    }

    @Test
    void put_evictsWhatWasNotUsed() {
        PlanCache cache = new PlanCache(4);
        for (int i = 0; i < 4; i++) {
            put(cache, "SELECT c" + i, plan("p"));
        }
        assertThat(find(cache, "SELECT c0")).isNotNull();
        put(cache, "SELECT c4", plan("p"));
        assertThat(cache.size()).isEqualTo(4);
        assertThat(find(cache, "SELECT c0")).isNotNull();
        assertThat(find(cache, "SELECT c1")).isNull();
        assertThat(find(cache, "SELECT c4")).isNotNull();
    }

    @Test
    void cache_isSafeForManyThreads() throws Exception {
        PlanCache cache = new PlanCache(32);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            tasks.add(() -> {
                int wrong = 0;
                for (int i = 0; i < 20_000; i++) {
                    String name = "c" + i * 31 % 100;
                    Digest digest = TestMesh.digest("SELECT " + name);
                    PlannedStatement found = cache.find(digest, "shop", Dialect.DEFAULT, 1);
                    if (found == null) {
                        cache.put(digest, "shop", Dialect.DEFAULT, 1, plan(name));
                    } else if (!found.plan().reasons().getFirst().equals(name)) {
                        wrong++;
                    }
                }
                return wrong;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> wrong : threads.invokeAll(tasks)) {
                assertThat(wrong.get()).isZero();
            }
        }
        assertThat(cache.size()).isLessThanOrEqualTo(32);
    }
}
