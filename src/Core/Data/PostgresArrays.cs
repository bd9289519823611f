using System.Collections.Concurrent;
using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace KenshinOtp.Data;

/// <summary>Statements in PostgreSQL's own spelling, each once over arrays of what it is executed with: the server plans and starts it once for all rows.</summary>
internal sealed class PostgresArrays
{
    /// <summary>How the fault of a batch begins in which a row was no longer what it had to be.</summary>
    public const string Unmet = "a row is no longer what it was; found of the rows of this statement: ";

    private const string Each = "each_of", Place = "place";

    private readonly ConcurrentDictionary<Statement, string> _finds = new(), _updates = new(), _requiredFinds = new(), _requiredUpdates = new(), _inserts = new();

    /// <summary>Looks up rows: the first column is the place of the call, from 1.</summary>
    public NpgsqlBatchCommand Find(CallGroup group) => Command(_finds.GetOrAdd(group.Statement, FindEach), group.Statement, group.Rows);

    /// <summary>Changes rows and returns the place of each call that affected one, from 1.</summary>
    public NpgsqlBatchCommand Update(CallGroup group) => Command(_updates.GetOrAdd(group.Statement, UpdateEach), group.Statement, group.Rows);

    /// <summary>Looks up rows, and fails with <see cref="Unmet"/> where one is missing.</summary>
    public NpgsqlBatchCommand RequiredFind(CallGroup group) => Command(_requiredFinds.GetOrAdd(group.Statement, RequireFindEach), group.Statement, group.Rows);

    /// <summary>Changes rows, and fails with <see cref="Unmet"/> where one was not affected.</summary>
    public NpgsqlBatchCommand RequiredUpdate(CallGroup group) => Command(_requiredUpdates.GetOrAdd(group.Statement, RequireUpdateEach), group.Statement, group.Rows);

    public NpgsqlBatchCommand Insert(Rows rows) => Command(_inserts.GetOrAdd(rows.Insert, InsertEach), rows.Insert, rows.Values);

    private static NpgsqlBatchCommand Command(string text, Statement statement, IReadOnlyList<object> rows)
    {
        var command = new NpgsqlBatchCommand(text);
        for (var i = 0; i < statement.Parameters.Count; i++)
        {
            command.Parameters.Add(new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.Array | (statement.Parameters[i].Type == DbType.String ? NpgsqlDbType.Text : NpgsqlDbType.Bigint),
                Value = statement.Column(rows, i),
            });
        }

        return command;
    }

    private static string FindEach(Statement find) =>
        $"select {Each}.{Place}, found.* from {Arrays(find)} cross join lateral ({find.Spell(Field)}) found";

    private static string UpdateEach(Statement update)
    {
        var text = update.Spell(Field);
        var where = text.IndexOf("where ", StringComparison.Ordinal);
        return $"{text[..where]} from {Arrays(update)} {text[where..]} returning {Each}.{Place}";
    }

    private static string RequireFindEach(Statement find) => Required(find, FindEach(find));

    private static string RequireUpdateEach(Statement update) => Required(update, UpdateEach(update));

    /// <summary>Plain SQL has no statement that fails on purpose: where rows are missing, a text is read as a number, which ends the batch before its commit.</summary>
    private static string Required(Statement statement, string each) =>
        $"""
        with done as ({each})
        select case when count(*) = cardinality({Array(statement, 0)}) then 0 else cast('{Unmet}' || count(*) as bigint) end from done
        """;

    private static string InsertEach(Statement insert)
    {
        var text = insert.Spell(Field);
        var values = text.IndexOf("values", StringComparison.Ordinal);
        return $"{text[..values]} select {text[(text.IndexOf('(', values) + 1)..text.LastIndexOf(')')]} from {Arrays(insert)}";
    }

    /// <summary>The parameters as a table: an array for each, and a column that counts the rows from 1.</summary>
    private static string Arrays(Statement statement)
    {
        var parameters = Enumerable.Range(0, statement.Parameters.Count).ToList();
        return $"unnest({string.Join(", ", parameters.Select(i => Array(statement, i)))}) with ordinality as {Each}({string.Join(", ", parameters.Select(i => $"p{i}"))}, {Place})";
    }

    private static string Array(Statement statement, int parameter) =>
        $"${parameter + 1}::{(statement.Parameters[parameter].Type == DbType.String ? "text" : "bigint")}[]";

    private static string Field(int parameter) => $"{Each}.p{parameter}";
}
