using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace KenshinOtp.Bench;

/// <summary>
/// The floor on PostgreSQL: <c>pgbench</c> with the three statements that a naive verification needs, in one transaction, prepared, on the same tables and
/// indexes: select the token by its key, update it under a guard, insert the audit entry.
/// </summary>
internal static partial class PgBench
{
    private const string Script =
        """
        \set n random(0, :tokens - 1)
        begin;
        select t.id, t.version, t.last_step, t.secret from token t where t.institution_id = ':institution' and t.serial = 'BENCH' || lpad(:n::text, 8, '0') \gset
        update token set last_step = last_step + 1, drift = 0, failures = 0 where id = :id and version = :version and status = 'inUse' and last_step < :last_step + 1;
        insert into audit_entry (id, institution_id, occurred_at, action, actor_kind, actor_name, actor_address, service_id, user_id, serial, state_after, detail, chain, position, mac)
        values (substr(gen_random_uuid()::text, 1, 32), ':institution', 1790000000000, 'verification.accepted', 'relyingParty', 'bench', '127.0.0.1', 'B' || lpad((:n / 10)::text, 7, '0'), 'u1', 'BENCH' || lpad(:n::text, 8, '0'), null, 'transfer R-1',
                'pgbench' || :client_id, nextval('bench_position'), '0001.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
        commit;
        """;

    public static async Task<double> Rate(Workplace place, int tokens, int inFlight, double seconds)
    {
        var settings = new NpgsqlConnectionStringBuilder(place.ConnectionString);
        await using var connection = new NpgsqlConnection(place.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("create sequence if not exists bench_position cache 1000; select id from institution", connection);
        var institution = (string)(await command.ExecuteScalarAsync())!;
        var script = Path.Combine(place.Directory, "floor.sql");
        await File.WriteAllTextAsync(script, Script.Replace("':institution'", $"'{institution}'", StringComparison.Ordinal));
        var start = new ProcessStartInfo("pgbench",
        [
            "-n", "-M", "prepared", "-h", settings.Host!, "-p", settings.Port.ToString(CultureInfo.InvariantCulture), "-U", settings.Username!, "-c", $"{inFlight}", "-j", "2",
            "-T", seconds.ToString("0", CultureInfo.InvariantCulture), "-D", $"tokens={tokens}", "-f", script, place.DatabaseName,
        ])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = settings.Password;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Tps().Match(output) is { Success: true } match
            ? double.Parse(match.Groups["tps"].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench: {output} {await errors}");
    }

    [GeneratedRegex(@"tps = (?<tps>[0-9.]+)", RegexOptions.None, 1000)]
    private static partial Regex Tps();
}
