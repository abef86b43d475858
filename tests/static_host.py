"""A host that only serves files, for tests of exported sites: under a path, and with the folder's 404.html."""

import http.server
import threading
from pathlib import Path


class StaticHost:
    """Serves `folder` below `root` ("" or "/sub"); `missing` holds the paths that were asked for in vain."""

    def __init__(self, folder: Path, root: str = ""):
        self.missing = []
        host = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=str(folder))

            def do_GET(self):
                path = self.path
                if not path.startswith(f"{root}/"):
                    host.missing.append(path)
                    self.send_error(404)
                    return
                self.path = path.removeprefix(root)
                super().do_GET()

            def send_error(self, code, *args):
                if code == 404:
                    host.missing.append(self.path)
                super().send_error(code, *args)

            def list_directory(self, path):
                self.send_error(404)  # a host of files lists nothing

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}{root}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
