package io.dbmesh.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoubleTextTest {
    /** As both servers print them. */
    @ParameterizedTest
    @CsvSource({
        "1e15, 1e15",
        "1e14, 100000000000000",
        "123456789012345678, 1.2345678901234568e17",
        "1e-15, 0.000000000000001",
        "1e-14, 0.00000000000001",
        "1e-16, 1e-16",
        "0.1, 0.1",
        "4.9e-324, 5e-324",
        "2e-323, 2e-323",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "1e23, 1e23",
        "9007199254740993, 9.007199254740992e15",
        "-1882100840457189.2, -1882100840457189.2",
        "-1.5, -1.5",
        "1.23e-5, 0.0000123",
        "0, 0",
        "-0.0, -0",
        "33.333333333333336, 33.333333333333336",
        "3.3333333333333335e21, 3.3333333333333335e21",
        "123456789, 123456789",
    })
    void shortestForm_isTheServers(double value, String text) {
        assertThat(new String(DoubleText.bytes(value, WireType.NOT_FIXED), StandardCharsets.US_ASCII))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.75001, 5, 0.75001",
        "0.5, 0, 0",
        "1.5, 0, 2",
        "-2.345, 4, -2.3450",
        "1e20, 2, 100000000000000000000.00"
    })
    void fixedForm_isRoundedToItsDigits(double value, int decimals, String text) {
        assertThat(new String(DoubleText.bytes(value, decimals), StandardCharsets.US_ASCII))
                .isEqualTo(text);
    }
}
