package io.dbmesh.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShopDataTest {
    private final ShopData data = new ShopData(1000);

    @Test
    void rows_areTheSameInEachRun() {
        assertThat(data.customer(42)).isEqualTo(new ShopData(1000).customer(42)).startsWith("(42, '");
        assertThat(data.order(7)).isEqualTo(new ShopData(1000).order(7));
    }

    @Test
    void orders_areOfCustomersThatThereAre() {
        assertThat(data.customers()).isEqualTo(100);
        assertThat(IntStream.rangeClosed(1, data.orders())
                        .map(id -> Integer.parseInt(data.order(id).row().split(", ")[1])))
                .allMatch(customer -> customer >= 1 && customer <= 100);
    }

    @Test
    void orders_haveTwoAndAHalfItemsOnAverage() {
        int items = IntStream.rangeClosed(1, data.orders())
                .map(id -> data.order(id).items().size())
                .sum();
        assertThat(items).isBetween(2400, 2600);
    }

    @Test
    void namesWithQuotes_areLiterals() {
        assertThat(IntStream.rangeClosed(1, 1000).mapToObj(data::customer).filter(row -> row.contains("O'")))
                .isNotEmpty()
                .allMatch(row -> row.contains("O''Brien'"));
    }

    @Test
    void noOrders_areRefused() {
        assertThatThrownBy(() -> new ShopData(0)).hasMessage("0 orders; allowed: at least 1");
    }
}
