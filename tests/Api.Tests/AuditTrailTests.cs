using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>That what happened can be proven, and that nobody with the database file in hand can make it otherwise.</summary>
public sealed class AuditTrailTests : CentreTest
{
    private AuditTrail Trail => new(Centre);

    [Fact]
    public async Task The_trail_of_many_changes_at_once_is_one_chain_for_each_institution()
    {
        var other = await Centre.Bank("9002");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? Bank : other).Customer($"S{i}")));
        await Trail.Seal();

        var report = await Trail.Verify();

        report.Fault.ShouldBeNull();
        report.Entries.ShouldBe(long.Parse(Trail.Ask("select count(*) from audit_entry")!));
        report.Chains.ShouldBe(2);
        report.Seals.ShouldBe(1);
        Trail.Ask("select count(*) from audit_entry group by chain having count(*) <> max(position) or min(position) <> 1").ShouldBeNull();
    }

    [Fact]
    public async Task A_change_that_is_rolled_back_leaves_no_hole()
    {
        var id = await Institution();
        await using (var tx = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None))
            await Centre.Services.GetRequiredService<Journal>().Write(tx, new Entry("never", Actor.Job("test"), id), Centre.Now, CancellationToken.None);
        await Trail.Write(id, 3);

        (await Trail.Verify()).Fault.ShouldBeNull();
        Trail.Ask("select count(*) from audit_entry where action = 'never'").ShouldBe("0");
        Trail.Ask("select count(distinct chain) from audit_entry").ShouldBe("1");
    }

    [Fact]
    public async Task A_commit_with_an_unknown_outcome_is_followed_by_a_chain_of_its_own()
    {
        var id = await Institution();
        await using (var tx = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None))
        {
            tx.AtCommit(() => new PowerCut());
            await Centre.Services.GetRequiredService<Journal>().Write(tx, new Entry("unsure", Actor.Job("test"), id), Centre.Now, CancellationToken.None);
            await Should.ThrowAsync<IOException>(() => tx.Commit(1, CancellationToken.None));
        }

        await Trail.Write(id, 3);

        (await Trail.Verify()).Fault.ShouldBeNull();
        Trail.Ask("select count(distinct chain) from audit_entry").ShouldBe("2");
    }

    [Theory]
    [InlineData("id", "'00000000000000000000000000000000'")]
    [InlineData("institution_id", "''")]
    [InlineData("occurred_at", "occurred_at - 1")]
    [InlineData("action", "'verification.rejected'")]
    [InlineData("actor_kind", "'operator'")]
    [InlineData("actor_name", "'somebody'")]
    [InlineData("actor_address", "'192.0.2.1'")]
    [InlineData("service_id", "null")]
    [InlineData("user_id", "'suzuki'")]
    [InlineData("serial", "''")]
    [InlineData("state_before", "'inUse'")]
    [InlineData("state_after", "'inUse'")]
    [InlineData("receipt_number", "'260415000001'")]
    [InlineData("detail", "'transfer R-5'")]
    [InlineData("mac", "'0001.AAAA'")]
    [InlineData("mac", "'9999.AAAA'")]
    [InlineData("mac", "''")]
    public async Task A_changed_column_is_found(string column, string value)
    {
        await TenEntries();
        Trail.Tamper($"update audit_entry set {column} = {value} where detail = 'transfer R-4'").ShouldBe(1);

        await ShouldBreak(AuditFaultKind.Changed, position: 7, id: Trail.Ask("select id from audit_entry where position = 7"));
    }

    [Theory]
    [InlineData("delete from audit_entry where detail = 'transfer R-4'", AuditFaultKind.Missing, 7)]
    [InlineData("delete from audit_entry where position between 4 and 8", AuditFaultKind.Missing, 4)]
    [InlineData("delete from audit_entry where position = 1", AuditFaultKind.Missing, 1)]
    [InlineData("delete from audit_entry where position > 9", AuditFaultKind.CutOff, 10)]
    [InlineData("delete from audit_entry", AuditFaultKind.ChainMissing, 1)]
    [InlineData("update audit_entry set position = 30 where position = 7", AuditFaultKind.Missing, 7)]
    [InlineData("update audit_entry set position = -3 where position = 7", AuditFaultKind.OutOfOrder, -3)]
    [InlineData("update audit_entry set chain = 'a' where position = 7", AuditFaultKind.Missing, 7)]
    [InlineData("update audit_entry set chain = '' where position = 12", AuditFaultKind.Missing, 1)]
    [InlineData("update audit_seal set heads = replace(heads, '12', '11')", AuditFaultKind.SealBroken, 1)]
    [InlineData("update audit_seal set heads = 'x'", AuditFaultKind.SealBroken, 1)]
    [InlineData("update audit_seal set sealed_at = sealed_at + 1", AuditFaultKind.SealBroken, 1)]
    [InlineData("update audit_seal set position = 2", AuditFaultKind.SealBroken, 1)]
    [InlineData("insert into audit_base (chain, position, mac, proof) select 'seal', 1, mac, mac from audit_seal", AuditFaultKind.BaseForged, 0)]
    [InlineData("delete from audit_seal", AuditFaultKind.CutOff, 1)]
    public async Task What_was_removed_or_moved_is_found(string sql, AuditFaultKind kind, long position)
    {
        await TenEntries();
        Trail.Tamper(sql).ShouldBeGreaterThan(0);

        await ShouldBreak(kind, position);
    }

    [SkippableTheory]
    [InlineData("update audit_entry set position = 'x' where position = 7", AuditFaultKind.Missing, 7)]
    [InlineData("update audit_entry set position = x'07' where position = 12", AuditFaultKind.Unreadable, 12)]
    [InlineData("update audit_seal set position = 'x'", AuditFaultKind.Unreadable, 0)]
    [InlineData("insert into audit_base (chain, position, mac, proof) select chain, 'x', mac, mac from audit_entry where position = 6", AuditFaultKind.BaseForged, 0)]
    public async Task What_an_engine_without_strict_types_lets_stand_is_found(string sql, AuditFaultKind kind, long position)
    {
        Skip.IfNot(Centre.Database.Engine == TestEngines.Sqlite, $"{Centre.Database.Engine} keeps no text where a number belongs.");
        await TenEntries();
        Trail.Tamper(sql).ShouldBeGreaterThan(0);

        await ShouldBreak(kind, position);
    }

    [Fact]
    public async Task A_tail_that_is_cut_off_together_with_the_newest_seals_is_found()
    {
        await TenEntries();
        await Trail.Write(await Institution(), 5);
        await Trail.Seal();
        Trail.Tamper("delete from audit_entry where position > 12; delete from audit_seal where position > 1;").ShouldBe(6);

        await ShouldBreak(AuditFaultKind.CutOff, position: 2);
        (await Trail.Verify()).Fault!.Detail.ShouldContain("audit-head is 2");

        await Trail.Write(await Institution(), 5);
        await Trail.Seal();
        await ShouldBreak(AuditFaultKind.Missing, position: 13); // what the service goes on to write and to seal does not cover it up
        Centre.Log.Lines.ShouldContain(line => line.Contains("audit verify", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_older_database_put_back_is_found_by_a_worker_that_starts_on_it()
    {
        await TenEntries();
        await Trail.Write(await Institution(), 5);
        await Trail.Seal();
        Trail.Tamper("delete from audit_entry where position > 12; delete from audit_seal where position > 1;").ShouldBe(6);

        (await Programs.Run(Centre, ["jobs", "run", "seal"])).ExitCode.ShouldBe(0);

        await ShouldBreak(AuditFaultKind.CutOff, position: 2);
    }

    [Fact]
    public async Task Two_entries_that_changed_places_are_found()
    {
        await TenEntries();
        Trail.Tamper("update audit_entry set position = 99 where position = 5; update audit_entry set position = 5 where position = 8; update audit_entry set position = 8 where position = 99;");

        await ShouldBreak(AuditFaultKind.Changed, position: 5, id: Trail.Ask("select id from audit_entry where position = 5"));
    }

    [Theory]
    [InlineData("13", AuditFaultKind.Changed)]
    [InlineData("14", AuditFaultKind.Missing)]
    [InlineData("0", AuditFaultKind.OutOfOrder)]
    public async Task A_forged_entry_is_found(string position, AuditFaultKind kind)
    {
        await TenEntries();
        Trail.Tamper($"""
            insert into audit_entry (id, institution_id, occurred_at, action, actor_kind, actor_name, chain, position, mac)
            select replace(id, '0', 'f'), institution_id, occurred_at, action, actor_kind, actor_name, chain, {position}, mac from audit_entry where position = 12
            """).ShouldBe(1);

        await ShouldBreak(kind, kind == AuditFaultKind.Missing ? 13 : long.Parse(position));
    }

    [Fact]
    public async Task A_second_entry_for_a_place_is_found_in_a_table_without_its_key()
    {
        await TenEntries();
        Trail.Tamper("""
            create table copy as select * from audit_entry;
            drop table audit_entry;
            alter table copy rename to audit_entry;
            insert into audit_entry select 'f' || substr(id, 2), institution_id, occurred_at, 'token.revoked', actor_kind, actor_name, actor_address, service_id, user_id,
                serial, state_before, state_after, receipt_number, detail, chain, position, mac from audit_entry where position = 12;
            """);
        await ShouldBreak(AuditFaultKind.OutOfOrder, position: 12);

        Trail.Tamper("update audit_entry set chain = null where action = 'token.revoked'");
        await ShouldBreak(AuditFaultKind.OutOfOrder, position: 0);
    }

    [Fact]
    public async Task A_forged_base_does_not_excuse_what_is_missing()
    {
        await TenEntries();
        Trail.Tamper("""
            insert into audit_base (chain, position, mac, proof) select chain, position, mac, mac from audit_entry where position = 6;
            delete from audit_entry where position < 7;
            """);

        await ShouldBreak(AuditFaultKind.BaseForged, position: 0);
    }

    [Fact]
    public async Task One_institution_can_be_verified_alone()
    {
        var (mine, other) = (await Institution(), (await Centre.Bank("9002")).Code);
        var others = Trail.Ask($"select id from institution where code = '{other}'")!;
        await Trail.Write(mine, 5);
        await Trail.Write(others, 5);
        await Trail.Seal();
        Trail.Tamper($"update audit_entry set detail = '' where institution_id = '{others}' and position = 3");

        (await Trail.Verify(mine)).ShouldBe(new AuditReport(7, 1, 1, Fault: null));
        (await Trail.Verify(others)).Fault!.Position.ShouldBe(3);

        Trail.Tamper($"update audit_entry set institution_id = '{mine}' where institution_id = '{others}'");
        (await Trail.Verify(mine)).Fault.ShouldBeNull(); // the chain is not theirs: the seal says so
        (await Trail.Verify(others)).Fault!.Position.ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_sealed_while_nothing_happens_and_a_second_worker_goes_on_where_the_first_stopped()
    {
        await TenEntries();
        (await Trail.Seal()).ShouldBe(0);
        var head = await File.ReadAllTextAsync(Path.Combine(Centre.Directory, "keys", "audit-head"));
        head.ShouldContain("\"position\":1");

        await Trail.Write(await Institution(), 1);
        (await Programs.Run(Centre, ["jobs", "run", "seal"])).ShouldBe((0, "seal: 1 done"));
        await Trail.Write(await Institution(), 1);
        (await Trail.Seal()).ShouldBe(1);
        (await Trail.Verify()).ShouldBe(new AuditReport(14, 1, 3, Fault: null));
    }

    [Fact]
    public async Task A_chain_lives_for_a_day_and_a_worker_that_was_away_for_a_week_seals_them_all()
    {
        var id = await Institution();
        for (var day = 0; day < 7; day++)
        {
            await Trail.Write(id, 2);
            Wait(24 * 60);
        }

        await Trail.Seal();
        Trail.Tamper("delete from audit_entry where chain = (select min(chain) from audit_entry) and position > 3").ShouldBe(1);

        await ShouldBreak(AuditFaultKind.CutOff, position: 4);
    }

    [Fact]
    public async Task A_lost_head_file_is_written_again_and_that_is_an_entry_too()
    {
        await TenEntries();
        File.Delete(Path.Combine(Centre.Directory, "keys", "audit-head"));
        await Trail.Seal();

        (await Audit.Actions(Centre))[^1].ShouldBe("audit.headRenewed");
        (await Trail.Verify()).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task What_no_database_keeps_as_it_is_does_not_look_like_tampering()
    {
        await using (var tx = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None))
        {
            await Centre.Services.GetRequiredService<Journal>().Write(
                tx, new Entry("odd", Actor.Job("test"), "") { Detail = "nul\0, half a pair \ud83d, 髙\u200b, \r\n" }, Centre.Now, CancellationToken.None);
            await tx.Commit(1, CancellationToken.None);
        }

        (await Trail.Verify()).Fault.ShouldBeNull();
    }

    private async Task<string> Institution() => (await Audit.Value(Centre, "select id from institution where code = '9001'"))!;

    /// <summary>Two entries of the centre's making and ten of our own, sealed.</summary>
    private async Task TenEntries()
    {
        await Trail.Write(await Institution(), 10);
        await Trail.Seal();
        (await Trail.Verify()).ShouldBe(new AuditReport(12, 1, 1, Fault: null));
    }

    private async Task ShouldBreak(AuditFaultKind kind, long position, string? id = null)
    {
        var fault = (await Trail.Verify()).Fault.ShouldNotBeNull();
        fault.ToString().ShouldNotBeEmpty();
        (fault.Kind, fault.Position).ShouldBe((kind, position), fault.ToString());
        if (id is not null)
            fault.Id.ShouldBe(id);
    }

    private sealed class PowerCut : ICommitStep
    {
        public Task Commit(Tx tx, Func<Task> commit, CancellationToken ct) => throw new IOException("Nobody knows.");
    }
}
