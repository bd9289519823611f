using System.Data;
using System.Data.Common;
using System.Numerics;
using Microsoft.Data.SqlClient;

namespace KenshinOtp.Data;

/// <summary>
/// The commands of one connection to SQL Server, where each execution is a journey: a statement is repeated in one text with parameters of its own for each row, in
/// runs whose lengths are powers of two, so that a few texts of each statement are all that the server ever plans. They end with the connection.
/// </summary>
internal sealed class SqlServerRuns(SqlConnection connection)
{
    private const int Longest = 64; // with the 20 parameters of an audit entry well below the 2,100 that the server takes
    private const int Texts = 4000, LongTexts = -1; // else the driver declares each value's own length, and every combination is another plan

    private readonly Dictionary<(Statement Statement, int Length), SqlCommand> _commands = [];

    /// <summary>The calls in runs, each ready to be executed.</summary>
    /// <param name="calls">What is to be done.</param>
    /// <param name="then">What is to follow each time.</param>
    /// <param name="transaction">The change, if it is one.</param>
    /// <returns>The commands, with the places of their calls among all.</returns>
    public IEnumerable<(IReadOnlyList<int> Places, SqlCommand Command)> Of(IReadOnlyList<Call> calls, string then, DbTransaction? transaction)
    {
        foreach (var (statement, rows, places) in CallGroup.Of(calls))
        {
            for (int from = 0, length; from < rows.Count; from += length)
            {
                length = Math.Min(Longest, 1 << BitOperations.Log2((uint)(rows.Count - from)));
                yield return (places.GetRange(from, length), Command(statement, rows.GetRange(from, length), then, (SqlTransaction?)transaction));
            }
        }
    }

    private SqlCommand Command(Statement statement, IReadOnlyList<object> rows, string then, SqlTransaction? transaction)
    {
        if (!_commands.TryGetValue((statement, rows.Count), out var command))
            _commands[(statement, rows.Count)] = command = Create(statement, rows.Count, then);
        command.Transaction = transaction;
        for (var p = 0; p < statement.Parameters.Count; p++)
        {
            var size = statement.Parameters[p].Type == DbType.String && rows.Any(row => statement.Value(row, p) is string { Length: > Texts }) ? LongTexts : Texts;
            for (var row = 0; row < rows.Count; row++)
            {
                var parameter = command.Parameters[(row * statement.Parameters.Count) + p];
                if (parameter.DbType == DbType.String)
                    parameter.Size = size;
                parameter.Value = statement.Value(rows[row], p) ?? DBNull.Value;
            }
        }

        return command;
    }

    private SqlCommand Create(Statement statement, int rows, string then)
    {
        var command = connection.CreateCommand();
        var width = statement.Parameters.Count;
        command.CommandText = string.Concat(Enumerable.Range(0, rows).Select(row => $"{statement.Spell(p => $"@p{(row * width) + p}")};{then}\n"));
        for (var i = 0; i < rows * width; i++)
            command.Parameters.Add(new SqlParameter { ParameterName = $"@p{i}", DbType = statement.Parameters[i % width].Type });
        return command;
    }
}
