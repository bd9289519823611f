using System.CommandLine;
using System.Globalization;
using KenshinOtp.Bench;

var engine = new Option<string>("--engine") { DefaultValueFactory = _ => "sqlite", Description = "sqlite or postgresql" };
var connection = new Option<string?>("--connection") { Description = "a PostgreSQL server whose user may create databases" };
var tokens = new Option<int>("--tokens") { DefaultValueFactory = _ => 100_000 };
var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 10 };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "rounds, one thing after the other, after one that does not count; the median is shown" };
var inFlight = new Option<int[]>("--in-flight") { DefaultValueFactory = _ => [8, 32, 128], AllowMultipleArgumentsPerToken = true };
var keys = new Option<bool>("--keys") { Description = "every call carries an Idempotency-Key of its own" };
var port = new Option<int>("--port");
var begin = new Option<string>("--begin");
var factor = new Option<double>("--factor");

var root = new RootCommand("Measures KenshinOtp: ratios between things measured in one run.");

var verification = new Command("verification", "verifications over HTTP beside an empty endpoint of the same server, one of an empty application and, on PostgreSQL, pgbench") { engine, connection, tokens, seconds, rounds, inFlight, keys };
verification.SetAction((parse, _) => VerificationBench.Run(
    parse.GetValue(engine)!, parse.GetValue(connection), parse.GetValue(tokens), parse.GetValue(seconds), parse.GetValue(rounds), parse.GetValue(inFlight)!,
    parse.GetValue(keys)));
root.Add(verification);

var small = new Option<int>("--few") { DefaultValueFactory = _ => 1_000 };
var large = new Option<int>("--many") { DefaultValueFactory = _ => 1_000_000 };
var table = new Command("tokens", "verifications among few tokens and among many") { engine, connection, small, large, seconds, rounds };
table.SetAction((parse, _) => VerificationBench.Sizes(
    parse.GetValue(engine)!, parse.GetValue(connection), parse.GetValue(small), parse.GetValue(large), parse.GetValue(seconds), parse.GetValue(rounds)));
root.Add(table);

var roundsOfNodes = new Option<int>("--rounds") { DefaultValueFactory = _ => 10_000 };
var restart = new Option<string>("--restart") { Required = true, Description = "a shell command that restarts the PostgreSQL server" };
var nodes = new Command("nodes", "the same password to two nodes at once, with a kill -9 and a restart of the database on the way") { connection, roundsOfNodes, restart };
nodes.SetAction((parse, _) => NodesBench.Run(parse.GetValue(connection)!, parse.GetValue(roundsOfNodes), parse.GetValue(restart)!));
root.Add(nodes);

var start = new Command("start", "start-up time and memory beside an empty ASP.NET application") { rounds };
start.SetAction((parse, _) => StartBench.Run(parse.GetValue(rounds)));
root.Add(start);
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 4 };
var mails = new Option<int>("--mails") { DefaultValueFactory = _ => 5_000 };
var mail = new Command("mail", "the mail job beside smtp-source of Postfix, both to its smtp-sink") { engine, connection, connections, mails, rounds };
mail.SetAction((parse, _) => MailBench.Run(
    parse.GetValue(engine)!, parse.GetValue(connection), parse.GetValue(connections), parse.GetValue(mails), parse.GetValue(rounds)));
root.Add(mail);

var due = new Option<int>("--due") { DefaultValueFactory = _ => 10_000 };
var sizes = new Option<string>("--tokens") { DefaultValueFactory = _ => "10000,1000000", Description = "sizes of the table, with commas in between" };
var expiry = new Command("expiry", "the expiry job with as many tokens due in tables of several sizes") { engine, connection, due, sizes, rounds };
expiry.SetAction((parse, _) => ExpiryBench.Run(
    parse.GetValue(engine)!, parse.GetValue(connection), parse.GetValue(due), [.. parse.GetValue(sizes)!.Split(',').Select(int.Parse)], parse.GetValue(rounds)));
root.Add(expiry);

var serve = new Command("serve") { port, begin, factor };
serve.Hidden = true;
serve.SetAction((parse, _) => Servers.Product(parse.GetValue(port), new FastClock(DateTimeOffset.Parse(parse.GetValue(begin)!, CultureInfo.InvariantCulture), parse.GetValue(factor))));
root.Add(serve);

var bare = new Command("serve-bare") { port };
bare.Hidden = true;
bare.SetAction((parse, _) => Servers.Bare(parse.GetValue(port)));
root.Add(bare);

return await root.Parse(args).InvokeAsync();
