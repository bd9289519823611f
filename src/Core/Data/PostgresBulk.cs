using System.Collections.ObjectModel;
using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Npgsql.Schema;
using NpgsqlTypes;

namespace KenshinOtp.Data;

/// <summary>Rows in bulk, by PostgreSQL's <c>copy … from stdin (format binary)</c>.</summary>
internal static partial class PostgresBulk
{
    private const int TellEvery = 5000;

    public static async Task<long> Fill(NpgsqlConnection connection, string table, DbDataReader rows, Action<long> told, CancellationToken ct)
    {
        var names = string.Join(", ", Enumerable.Range(0, rows.FieldCount).Select(rows.GetName));
        var columns = await Columns(connection, $"select {names} from {table} where 1 = 0", ct);
        await using var copy = await connection.BeginBinaryImportAsync($"copy {table} ({names}) from stdin (format binary)", ct);
        copy.Timeout = Timeout.InfiniteTimeSpan; // a large table takes as long as it takes
        for (var row = 1L; await rows.ReadAsync(ct); row++)
        {
            await copy.StartRowAsync(ct);
            for (var i = 0; i < columns.Count; i++)
                await Write(copy, rows.GetValue(i), columns[i], ct);
            if (row % TellEvery == 0)
                told(row);
        }

        return (long)await copy.CompleteAsync(ct);
    }

    /// <summary>The row and column that a copy stopped at, without the value that the server shows after them.</summary>
    public static string LineOf(PostgresException fault) => Line().Match(fault.Where ?? "").Value;

    private static async Task<ReadOnlyCollection<NpgsqlDbColumn>> Columns(NpgsqlConnection connection, string select, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(select, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return new([.. (await reader.GetColumnSchemaAsync(ct)).Cast<NpgsqlDbColumn>()]);
    }

    private static Task Write(NpgsqlBinaryImporter copy, object value, NpgsqlDbColumn column, CancellationToken ct) => value is DBNull
        ? copy.WriteNullAsync(ct)
        : copy.WriteAsync(Convert.ChangeType(value, column.DataType!, CultureInfo.InvariantCulture), column.NpgsqlDbType ?? NpgsqlDbType.Text, ct);

    [GeneratedRegex(@"line \d+(, column \w+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
