package io.dbmesh.bench;

/** What sysbench does. */
enum Workload {
    POINT_SELECT("oltp_point_select"),
    READ_ONLY("oltp_read_only"),
    READ_WRITE("oltp_read_write");

    private final String script;

    Workload(String script) {
        this.script = script;
    }

    String script() {
        return script;
    }
}
