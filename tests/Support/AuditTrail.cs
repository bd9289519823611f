using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Support.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Support;

/// <summary>The audit trail of a centre, through its own verification and through the hands of somebody who has the database.</summary>
public sealed class AuditTrail(Centre centre)
{
    private static readonly Actor Writer = Actor.Job("test");

    /// <summary>Writes entries of their own, so many in one transaction.</summary>
    public async Task Write(string institutionId, int entries, int inOneTransaction = 1)
    {
        var (database, journal) = (centre.Services.GetRequiredService<Database>(), centre.Services.GetRequiredService<Journal>());
        for (var written = 0; written < entries; written += inOneTransaction)
        {
            await using var tx = await database.Begin(CancellationToken.None);
            for (var i = written; i < Math.Min(entries, written + inOneTransaction); i++)
            {
                await journal.Write(
                    tx, new Entry("verification.accepted", Writer, institutionId) { ServiceId = $"S{i}", UserId = "yamada", Detail = $"transfer R-{i}" }, centre.Now, CancellationToken.None);
            }

            await tx.Commit(entries, CancellationToken.None);
        }
    }

    public Task<int> Seal() => centre.RunJob("seal");

    public Task<AuditReport> Verify(string? institutionId = null, Action<long, long>? progress = null) =>
        centre.Services.GetRequiredService<AuditVerifier>().Verify(institutionId, progress ?? ((_, _) => { }), CancellationToken.None);

    /// <summary>Changes the database behind the service's back.</summary>
    /// <returns>The number of rows affected.</returns>
    public int Tamper(string sql)
    {
        using var connection = centre.Database.Connect().GetAwaiter().GetResult();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <summary>Gives a table another name, so that whoever needs it meets a fault.</summary>
    public void Rename(string table, string name) =>
        Tamper(centre.Database.Engine == TestEngines.SqlServer ? $"exec sp_rename '{table}', '{name}', 'OBJECT'" : $"alter table {table} rename to {name}");

    /// <summary>Puts rows into a table of their own, which has the columns and nothing that holds them.</summary>
    public void Copy(string table, string to, string where = "1 = 1") =>
        Tamper(centre.Database.Engine == TestEngines.SqlServer ? $"select * into {to} from {table} where {where}" : $"create table {to} as select * from {table} where {where}");

    public string? Ask(string sql)
    {
        using var connection = centre.Database.Connect().GetAwaiter().GetResult();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }
}
