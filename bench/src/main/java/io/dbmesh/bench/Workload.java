package io.dbmesh.bench;

import java.util.List;

/** What sysbench does. */
enum Workload {
    POINT_SELECT("oltp_point_select", List.of()),
    READ_ONLY("oltp_read_only", List.of()),
    READ_WRITE("oltp_read_write", List.of());

    private final String script;
    private final List<String> options;

    Workload(String script, List<String> options) {
        this.script = script;
        this.options = options;
    }

    String script() {
        return script;
    }

    List<String> options() {
        return options;
    }
}
