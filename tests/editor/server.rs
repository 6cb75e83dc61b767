//! A language server, started and asked.
//!
//! In: a program, a project. Out: the answers to requests. A request is repeated as long as the server says that its text
//! has changed meanwhile; nothing depends on how fast it is, but a server that says nothing for [`LIMIT`] is given up.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long a server may be silent. It compiles the project's macros first.
const LIMIT: Duration = Duration::from_mins(20);

/// The text has changed, or the server has dropped the request: ask again.
const AGAIN: [i64; 2] = [-32801, -32802];

/// A running server. It ends with this value.
pub(crate) struct Server {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    settings: Value,
    next: i64,
    version: i64,
}

impl Server {
    /// Starts a server for a project, and waits until it has read it.
    ///
    /// # Panics
    /// If it ends or finds the project faulty.
    pub(crate) fn start(command: &mut Command, root: &Path, settings: &Value) -> Self {
        let command = command.current_dir(root).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut server = Self { child, input, messages, settings: settings.clone(), next: 0, version: 0 };
        let root = uri(root);
        let capabilities = json!({
            "textDocument": {
                "hover": { "contentFormat": ["plaintext"] },
                "definition": { "linkSupport": true },
                "completion": { "completionItem": { "snippetSupport": false } },
            },
            "window": { "workDoneProgress": true },
            "workspace": { "configuration": true, "workspaceEdit": { "documentChanges": true } },
            "experimental": { "serverStatusNotification": true },
        });
        server.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "project" }],
                "capabilities": capabilities,
                "initializationOptions": settings.clone(),
            }),
        );
        server.notify("initialized", &json!({}));
        server.ready();
        server
    }

    /// Waits until the server has nothing more to do.
    fn ready(&mut self) {
        loop {
            let message = self.receive();
            if message["method"] == "experimental/serverStatus" && message["params"]["quiescent"] == true {
                let status = &message["params"];
                assert_eq!(status["health"], "ok", "{}", status["message"]);
                return;
            }
        }
    }

    /// Opens a file with a text, or gives it another text.
    pub(crate) fn text(&mut self, file: &str, text: &str) {
        self.version += 1;
        let version = self.version;
        if version == 1 {
            let document = json!({ "uri": file, "languageId": "rust", "version": version, "text": text });
            self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        } else {
            let change = json!({
                "textDocument": { "uri": file, "version": version },
                "contentChanges": [{ "text": text }],
            });
            self.notify("textDocument/didChange", &change);
        }
    }

    /// The answer to a request; the text of the error if it is one.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        loop {
            let answer = self.request(method, params);
            match answer.get("error") {
                None => return Ok(answer["result"].clone()),
                Some(error) if error["code"].as_i64().is_some_and(|code| AGAIN.contains(&code)) => {}
                Some(error) => return Err(error["message"].as_str().unwrap_or_default().to_owned()),
            }
        }
    }

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message.get("method").is_none() && message["id"] == id {
                return message;
            }
        }
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    /// The next message; what the server asks is answered.
    fn receive(&mut self) -> Value {
        let message = self.messages.recv_timeout(LIMIT).expect("the language server said no more");
        if message.get("method").is_some()
            && let Some(id) = message.get("id")
        {
            let result = if message["method"] == "workspace/configuration" {
                let items = message["params"]["items"].as_array().map_or(0, Vec::len);
                Value::from(vec![self.settings.clone(); items])
            } else {
                Value::Null
            };
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
        }
        message
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One message; nothing at the end.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

/// The address of a file.
pub(crate) fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('%', "%25").replace(' ', "%20");
    format!("file://{text}")
}

/// The file of an address.
pub(crate) fn path(uri: &str) -> String {
    uri.trim_start_matches("file://").replace("%20", " ").replace("%25", "%")
}
