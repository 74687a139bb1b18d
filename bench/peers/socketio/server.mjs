// Socket.IO as its documentation sets it up for speed: WebSocket only, no compression. It stores and checks nothing.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  const { room } = socket.handshake.query;
  socket.join(room);
  socket.on("message", ({ text }) => {
    io.to(room).emit("message", { author: socket.id, text });
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1");
