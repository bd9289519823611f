using System.Data.Common;
using System.Reflection;
using KenshinOtp.Audit;
using KenshinOtp.Registration;
using KenshinOtp.Staff;
using KenshinOtp.Support.Databases;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

/// <summary>
/// What is looked for again and again lies together in an index, jobs' work and pages in the order in which they are taken: nobody walks over what is done, or
/// another's, and nothing is sorted. Whether the engine can do so is asked here; which way is cheaper for a few rows is not.
/// </summary>
public sealed class PlanTests : StoreTest
{
    // Without statistics and with hardly a row every way is cheap: these are out of the question where there is another.
    private const string OnlyByIndex = "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off; set enable_incremental_sort = off;";

    private const string OnlyByLoops = "set enable_hashjoin = off; set enable_mergejoin = off;";

    private static readonly (string Name, object Value)[] Values =
    [
        ("@InstitutionId", "i"), ("@Before", 1L), ("@ContractId", "c"), ("@UserId", "u"), ("@After", ""), ("@Status", "inUse"), ("@ExpiresBefore", 1L), ("@Now", 1L),
        ("@Id", "i"), ("@Version", 1L), ("@ServiceId", "s"), ("@Serial", "s"), ("@Receipt", "r"), ("@Action", "a"), ("@Branch", "b"), ("@MinAttempts", 1L), ("@Last", "~"),
    ];

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "SelectToOpen", "ix_token_renewing")]
    [InlineData(TestEngines.Sqlite, "SelectToExpire", "ix_token_lapsing")]
    [InlineData(TestEngines.Postgresql, "SelectToOpen", "ix_token_renewing")]
    [InlineData(TestEngines.Postgresql, "SelectToExpire", "ix_token_lapsing")]
    public async Task The_tokens_that_are_due_are_taken_from_an_index_as_they_lie(string engine, string statement, string index)
    {
        var plan = await Plan(engine, StatementOf<TokenStore>(statement));

        plan.ShouldContain($" {index} ");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite)]
    [InlineData(TestEngines.Postgresql)]
    public async Task Whether_a_draft_names_a_token_is_told_by_an_index(string engine)
    {
        var plan = await Plan(engine, StatementOf<RegistrationStore>("SelectForsaken"));

        plan.ShouldContain(" ix_draft_token ");
    }

    [SkippableFact]
    public async Task That_nothing_names_a_token_that_is_deleted_is_proven_by_indexes()
    {
        var plan = await Plan(TestEngines.Sqlite, StatementOf<RegistrationStore>("DeleteForsaken")); // other engines do not show what they do for a foreign key

        plan.ShouldContain("draft");
        plan.ShouldNotContain("SCAN");
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "SelectPage", "ix_token_page")]
    [InlineData(TestEngines.Sqlite, "SelectStored", "ix_token_state")]
    [InlineData(TestEngines.Sqlite, "SelectHalfRenewed", "ix_token_renewed")]
    [InlineData(TestEngines.Sqlite, "SelectOfUsers", "sqlite_autoindex_contract_user_2")]
    [InlineData(TestEngines.Sqlite, "SelectOfUser", "sqlite_autoindex_contract_user_2")]
    [InlineData(TestEngines.Postgresql, "SelectPage", "ix_token_page")]
    [InlineData(TestEngines.Postgresql, "SelectStored", "ix_token_state")]
    [InlineData(TestEngines.Postgresql, "SelectHalfRenewed", "ix_token_renewed")]
    [InlineData(TestEngines.Postgresql, "SelectOfUsers", "contract_user_contract_id_user_id_key")]
    [InlineData(TestEngines.Postgresql, "SelectOfUser", "contract_user_contract_id_user_id_key")]
    public async Task A_list_of_tokens_walks_through_no_table(string engine, string statement, string index)
    {
        var plan = await Plan(engine, StatementOf<TokenListStore>(statement), OnlyByLoops);

        plan.ShouldContain($" {index} ");
        plan.ShouldNotContain("SCAN ", Case.Sensitive);
        plan.ShouldNotContain("Seq Scan");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "service_id = @ServiceId", "ix_audit_entry_service (ANY(<expr>) AND service_id=?)")]
    [InlineData(TestEngines.Sqlite, "serial = @Serial", "ix_audit_entry_serial (ANY(<expr>) AND serial=?)")]
    [InlineData(TestEngines.Sqlite, "occurred_at < @Before and service_id = @ServiceId and user_id = @UserId", "ix_audit_entry_service (ANY(<expr>) AND service_id=?)")]
    [InlineData(TestEngines.Sqlite, "receipt_number = @Receipt", "ix_audit_entry_receipt (institution_id=? AND receipt_number=?)")]
    [InlineData(TestEngines.Postgresql, "service_id = @ServiceId", "ix_audit_entry_service")]
    [InlineData(TestEngines.Postgresql, "serial = @Serial", "ix_audit_entry_serial")]
    public async Task Entries_of_the_audit_trail_are_found_by_their_subject_without_a_walk_over_the_trail(string engine, string filter, string way)
    {
        var plan = await Plan(engine, $"{StatementOf<AuditStore>("SelectMatching")} and {filter} order by occurred_at desc, id desc limit 51");

        plan.ShouldContain(way);
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "(position=? AND chain>?)")]
    [InlineData(TestEngines.Postgresql, "")]
    public async Task Chains_are_listed_without_a_walk_over_their_entries(string engine, string way)
    {
        var plan = await Plan(engine, StatementOf<AuditStore>("SelectBegun"));

        plan.ShouldContain($" ix_audit_entry_first {way}");
        plan.ShouldContain(engine == TestEngines.Sqlite ? "e USING COVERING INDEX sqlite_autoindex_audit_entry_2 (chain=?)" : "Index Only Scan Backward");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task The_newest_entries_of_the_audit_trail_are_taken_as_they_lie()
    {
        var plan = await Plan(TestEngines.Sqlite, $"{StatementOf<AuditStore>("SelectMatching")} and action = @Action order by occurred_at desc, id desc limit 51");

        plan.ShouldContain("ix_audit_entry_time (institution_id=?)");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [SkippableFact]
    public async Task What_has_lapsed_before_the_job_has_been_by_is_found_by_its_date()
    {
        var plan = await Plan(TestEngines.Sqlite, StatementOf<TokenListStore>("SelectLapsed")); // PostgreSQL chooses by its statistics, and has none here

        plan.ShouldContain(" ix_token_lapsing (institution_id=? AND status=? AND expires_at<?)");
    }

    [SkippableTheory]
    [InlineData(TestEngines.Sqlite, "SelectFailed", "ix_outbox_mail_failed")]
    [InlineData(TestEngines.Sqlite, "SelectRetried", "ix_outbox_mail_retried")]
    [InlineData(TestEngines.Sqlite, "SelectCountFailed", "ix_outbox_mail_failed")]
    [InlineData(TestEngines.Postgresql, "SelectFailed", "ix_outbox_mail_failed")]
    [InlineData(TestEngines.Postgresql, "SelectRetried", "ix_outbox_mail_retried")]
    [InlineData(TestEngines.Postgresql, "SelectCountFailed", "ix_outbox_mail_failed")]
    public async Task Mails_that_are_rare_are_found_by_an_index_of_their_own(string engine, string statement, string index)
    {
        var plan = await Plan(engine, StatementOf<DeliveryStore>(statement), OnlyByLoops);

        plan.ShouldContain($" {index} ");
        plan.ShouldNotContain("SCAN ", Case.Sensitive);
        plan.ShouldNotContain("Seq Scan");
        plan.ShouldNotContain("Sort");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    [Fact]
    public async Task Mails_that_wait_are_taken_from_where_the_worker_finds_them()
    {
        var plan = await Plan(TestEngines.Sqlite, StatementOf<DeliveryStore>("SelectQueued")); // PostgreSQL chooses by its statistics, and has none here

        plan.ShouldContain(" ix_outbox_mail_due (status=?)");
    }

    private static string StatementOf<TStore>(string name) => (string)typeof(TStore).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue()!;

    /// <param name="engine">Whose plan.</param>
    /// <param name="statement">Of what.</param>
    /// <param name="besides">What PostgreSQL is to leave out of the question, too.</param>
    private async Task<string> Plan(string engine, string statement, string besides = "")
    {
        var room = await Open(engine);
        await using var connection = await room.Stored.Connect();
        return await Ask(connection, engine == TestEngines.Sqlite ? $"explain query plan {statement}" : $"{OnlyByIndex} {besides} explain {statement}");
    }

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
