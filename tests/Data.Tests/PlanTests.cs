using System.Data.Common;
using System.Reflection;
using KenshinOtp.Registration;
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

    private const string OnlyByLoops = "set enable_hashjoin = off; set enable_mergejoin = off;";

    private static readonly (string Name, object Value)[] Values =
    [
        ("@InstitutionId", "i"), ("@Before", 1L), ("@ContractId", "c"), ("@UserId", "u"), ("@After", ""), ("@Status", "inUse"), ("@ExpiresBefore", 1L), ("@Now", 1L),
        ("@Id", "i"), ("@Version", 1L),
    ];

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "SelectToOpen", "ix_token_renewing")]
    [InlineData(TestEngines.Sqlite, "SelectToExpire", "ix_token_lapsing")]
    [InlineData(TestEngines.Postgresql, "SelectToOpen", "ix_token_renewing")]
    [InlineData(TestEngines.Postgresql, "SelectToExpire", "ix_token_lapsing")]
    public async Task The_tokens_that_are_due_are_taken_from_an_index_as_they_lie(string engine, string statement, string index)
    {
        var room = await Open(engine);
        var select = StatementOf<TokenStore>(statement);
        await using var connection = await room.Stored.Connect();

        var plan = engine == TestEngines.Sqlite ? await Ask(connection, $"explain query plan {select}") : await Ask(connection, $"{OnlyByIndex} explain {select}");

        plan.ShouldContain($" {index} ");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite)]
    [InlineData(TestEngines.Postgresql)]
    public async Task Whether_a_draft_names_a_token_is_told_by_an_index(string engine)
    {
        var room = await Open(engine);
        await using var connection = await room.Stored.Connect();

        var plan = engine == TestEngines.Sqlite
            ? await Ask(connection, $"explain query plan {StatementOf<RegistrationStore>("SelectForsaken")}")
            : await Ask(connection, $"{OnlyByIndex} explain {StatementOf<RegistrationStore>("SelectForsaken")}");

        plan.ShouldContain(" ix_draft_token ");
    }

    [SkippableFact]
    public async Task That_nothing_names_a_token_that_is_deleted_is_proven_by_indexes()
    {
        var room = await Open(TestEngines.Sqlite);
        await using var connection = await room.Stored.Connect();

        var plan = await Ask(connection, $"explain query plan {StatementOf<RegistrationStore>("DeleteForsaken")}"); // other engines do not show what they do for a foreign key

        plan.ShouldContain("draft");
        plan.ShouldNotContain("SCAN");
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "SelectPage", "ix_token_page")]
    [InlineData(TestEngines.Sqlite, "SelectOfUsers", "sqlite_autoindex_contract_user_2")]
    [InlineData(TestEngines.Sqlite, "SelectOfUser", "sqlite_autoindex_contract_user_2")]
    [InlineData(TestEngines.Postgresql, "SelectPage", "ix_token_page")]
    [InlineData(TestEngines.Postgresql, "SelectOfUsers", "contract_user_contract_id_user_id_key")]
    [InlineData(TestEngines.Postgresql, "SelectOfUser", "contract_user_contract_id_user_id_key")]
    public async Task A_list_of_tokens_walks_through_no_table(string engine, string statement, string index)
    {
        var room = await Open(engine);
        var select = StatementOf<TokenListStore>(statement);
        await using var connection = await room.Stored.Connect();

        var plan = engine == TestEngines.Sqlite ? await Ask(connection, $"explain query plan {select}") : await Ask(connection, $"{OnlyByIndex} {OnlyByLoops} explain {select}");

        plan.ShouldContain($" {index} ");
        plan.ShouldNotContain("SCAN ", Case.Sensitive);
        plan.ShouldNotContain("Seq Scan");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    private static string StatementOf<TStore>(string name) => (string)typeof(TStore).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue()!;

    private static async Task<string> Ask(DbConnection connection, string question)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = question;
        foreach (var (name, value) in Values.Where(value => question.Contains(value.Name, StringComparison.Ordinal)))
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
