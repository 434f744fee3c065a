/**
 * A statement that each connection has PostgreSQL prepare once, under this name, and run from then on. For the few that run
 * all the time on partitioned tables: planning those takes several times what running them does. One text a name, and
 * nothing that varies in the text: a connection keeps what it prepared for as long as it lasts.
 */
export interface PreparedStatement {
  name: string;
  text: string;
}
