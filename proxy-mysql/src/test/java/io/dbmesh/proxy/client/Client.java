package io.dbmesh.proxy.client;

import java.util.List;

/** A client program or driver in one of its modes. */
interface Client {
    /**
     * Runs the steps one after the other on one connection, going on after errors.
     *
     * @return for each step, the lines that tell all that the client saw: columns, rows, counts, warnings, errors
     */
    List<List<String>> run(Endpoint endpoint, List<Step> steps);
}
