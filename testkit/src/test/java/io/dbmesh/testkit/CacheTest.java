package io.dbmesh.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
    @TempDir
    Path root;

    @Test
    void folder_isFilledOnceHoweverManyAsk() {
        AtomicInteger filled = new AtomicInteger();
        List<CompletableFuture<Path>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> new Cache(root).folder("a", folder -> {
                filled.incrementAndGet();
                Files.writeString(folder.resolve("f"), "x");
            })));
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().resolve("f")).hasContent("x"));
        assertThat(filled).hasValue(1);
    }

    @Test
    void folderHalfFilled_isNeverSeenAndMadeAgain() {
        Cache cache = new Cache(root);
        assertThatThrownBy(() -> cache.folder("a", folder -> {
                    Files.writeString(folder.resolve("half"), "x");
                    throw new IOException("disk full");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(Cache.LOCATION_VARIABLE);
        assertThat(root.resolve("a")).doesNotExist();
        assertThat(cache.folder("a", folder -> Files.writeString(folder.resolve("whole"), "y")))
                .isDirectoryContaining("glob:**whole")
                .isDirectoryNotContaining("glob:**half");
    }
}
