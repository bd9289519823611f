using System.Data.Common;
using System.Reflection;
using KenshinOtp.Support.Databases;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

/// <summary>
/// What a job looks for round after round lies together in an index, in the order in which it is taken: a batch walks over nothing that is done, and sorts
/// nothing. Whether the engine can do so is asked here; which way is cheaper for a few rows is not.
/// </summary>
public sealed class PlanTests : StoreTest
{
    // Without statistics and with hardly a row every way is cheap: these are out of the question where there is another.
    private const string OnlyByIndex = "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off; set enable_incremental_sort = off;";

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "SelectToOpen", "ix_token_renewing")]
    [InlineData(TestEngines.Sqlite, "SelectToExpire", "ix_token_lapsing")]
    [InlineData(TestEngines.Postgresql, "SelectToOpen", "ix_token_renewing")]
    [InlineData(TestEngines.Postgresql, "SelectToExpire", "ix_token_lapsing")]
    public async Task The_tokens_that_are_due_are_taken_from_an_index_as_they_lie(string engine, string statement, string index)
    {
        var room = await Open(engine);
        var select = (string)typeof(TokenStore).GetField(statement, BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue()!;
        await using var connection = await room.Stored.Connect();

        var plan = engine == TestEngines.Sqlite ? await Ask(connection, $"explain query plan {select}") : await Ask(connection, $"{OnlyByIndex} explain {select}");

        plan.ShouldContain($" {index} ");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    private static async Task<string> Ask(DbConnection connection, string question)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = question;
        foreach (var (name, value) in new (string, object)[] { ("@InstitutionId", "i"), ("@Before", 1L) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(reader.FieldCount - 1));
        return string.Join('\n', lines);
    }
}
