# SPDX-License-Identifier: BSD-2-Clause
"""miltertest of OpenDKIM: plays a mail server to a milter by scripts in Lua.

It prints nothing when it crashes, so that a script is good only when it exits
with 0 and says that it has come to its end."""
import tempfile

import mta

# Functions for scripts. expect() names what is wrong; deliver() is one message
# from HELO to the end; reply codes are those of the milter protocol.
PRELUDE = """
function expect(good, what)
	if not good then
		mt.echo("WRONG " .. what)
		wrong = true
	end
end
function call(result, what)
	if result ~= nil then
		error(what .. ": " .. tostring(result))
	end
end
function continues(conn, what)
	expect(mt.getreply(conn) == SMFIR_CONTINUE, what .. " is not continued: " ..
	       tostring(mt.getreply(conn)))
end
mt.set_timeout(60)
function open(name, address)
	local conn = mt.connect(SOCKET, 5, 0.1)
	expect(conn ~= nil, "no connection")
	call(mt.conninfo(conn, name or "client.example.org", address or "192.0.2.9"), "conninfo")
	continues(conn, "conninfo")
	if not mt.test_option(conn, SMFIP_NOHELO) then
		call(mt.helo(conn, "client.example.org"), "helo")
		continues(conn, "helo")
	end
	return conn
end
function envelope(conn, recipients)
	mt.macro(conn, SMFIC_MAIL, "i", "4QueueID")
	call(mt.mailfrom(conn, "<anna@example.org>"), "mailfrom")
	continues(conn, "mailfrom")
	for _, recipient in ipairs(recipients or {"<bert@example.net>"}) do
		call(mt.rcptto(conn, recipient), "rcptto")
		continues(conn, "rcptto")
	end
end
function content(conn, fields, pieces)
	for _, field in ipairs(fields) do
		call(mt.header(conn, field[1], field[2]), "header")
	end
	if mt.getreply(conn) == SMFIR_TEMPFAIL then return end
	if not mt.test_option(conn, SMFIP_NOEOH) then
		call(mt.eoh(conn), "eoh")
	end
	for _, piece in ipairs(pieces) do
		call(mt.bodystring(conn, piece), "body")
	end
	call(mt.eom(conn), "eom")
end
PLAIN = {{"From", "Anna <anna@example.org>"}, {"To", "bert@example.net"},
	 {"Subject", "Sample"}, {"Date", "Mon, 2 Mar 2026 10:00:00 +0000"},
	 {"Message-ID", "<1@example.org>"}, {"MIME-Version", "1.0"}}
function with(...)
	local list = {}
	for _, field in ipairs(PLAIN) do table.insert(list, field) end
	for _, field in ipairs({...}) do table.insert(list, field) end
	return list
end
"""

BEGIN = "local good, why = pcall(function()\n"
END = """
end)
if not good then
	mt.echo("WRONG " .. tostring(why))
	os.exit(2)
end
if wrong then os.exit(1) end
mt.echo("COMPLETE")
"""


def lua(octets):
    """Octets as a string of Lua."""
    return '"' + "".join("\\%03d" % octet for octet in octets) + '"'


def run(program, socket, script):
    """(good, detail). socket: inet:PORT@HOST, or unix:PATH."""
    with tempfile.NamedTemporaryFile(suffix=".lua") as file:
        file.write(('SOCKET = "%s"\n' % socket + PRELUDE + BEGIN + script + END).encode("latin-1"))
        file.flush()
        status, out, err = mta.run([program, "-s", file.name])
    return status == 0 and "COMPLETE" in out, "status %d\n%s%s" % (status, out, err)
