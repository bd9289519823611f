using System.CommandLine;
using System.Globalization;
using KenshinOtp.Bench;

var engine = new Option<string>("--engine") { DefaultValueFactory = _ => "sqlite", Description = "sqlite or postgresql" };
var connection = new Option<string?>("--connection") { Description = "a PostgreSQL server whose user may create databases" };
var tokens = new Option<int>("--tokens") { DefaultValueFactory = _ => 100_000 };
var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 10 };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "rounds, one thing after the other; the median counts" };
var inFlight = new Option<int[]>("--in-flight") { DefaultValueFactory = _ => [8, 32, 128], AllowMultipleArgumentsPerToken = true };
var port = new Option<int>("--port");
var begin = new Option<string>("--begin");
var factor = new Option<double>("--factor");

var root = new RootCommand("Measures KenshinOtp: ratios between things measured in one run.");

var verification = new Command("verification", "verifications over HTTP beside an empty endpoint and, on PostgreSQL, beside pgbench") { engine, connection, tokens, seconds, rounds, inFlight };
verification.SetAction((parse, _) => VerificationBench.Run(
    parse.GetValue(engine)!, parse.GetValue(connection), parse.GetValue(tokens), parse.GetValue(seconds), parse.GetValue(rounds), parse.GetValue(inFlight)!));
root.Add(verification);

var serve = new Command("serve") { port, begin, factor };
serve.Hidden = true;
serve.SetAction((parse, _) => Servers.Product(parse.GetValue(port), new FastClock(DateTimeOffset.Parse(parse.GetValue(begin)!, CultureInfo.InvariantCulture), parse.GetValue(factor))));
root.Add(serve);

var empty = new Command("serve-empty") { port };
empty.Hidden = true;
empty.SetAction((parse, _) => Servers.Empty(parse.GetValue(port)));
root.Add(empty);

return await root.Parse(args).InvokeAsync();
