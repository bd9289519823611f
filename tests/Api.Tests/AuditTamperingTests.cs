using KenshinOtp.Audit;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Whatever somebody does to the database behind the product's back is found by a verification.</summary>
public sealed class AuditTamperingTests : AuditTest
{
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
        await LoseTheTailAndItsSeal();

        await ShouldBreak(AuditFaultKind.CutOff, position: 2);
        (await Trail.Verify()).Fault!.Detail.ShouldContain("audit-head is 2");

        await Trail.Write(await Institution(), 5);
        (await Should.ThrowAsync<AuditCutException>(Trail.Seal)).Message.ShouldContain("audit verify");
        Trail.Ask("select max(position) from audit_seal").ShouldBe("3", "what has grown is sealed all the same");
        await ShouldBreak(AuditFaultKind.Missing, position: 13); // what the service goes on to write and to seal does not cover it up
    }

    [Fact]
    public async Task A_tail_that_was_sealed_too_short_after_a_clock_ran_ahead_is_found_and_so_is_that_it_was_away_for_a_while()
    {
        await TenEntries();
        Wait(5 * 24 * 60);
        await Trail.Write(await Institution(), 1);
        await Trail.Seal();
        Wait(-5 * 24 * 60);
        Trail.Copy("audit_entry", "hidden", "position > 9");
        Trail.Tamper("delete from audit_entry where position > 9");
        var begun = ActivatorUtilities.CreateInstance<SealJob>(Centre.Services); // it looks back some days from the newest seal, and not as far as the first
        (await begun.RunOnce(CancellationToken.None)).ShouldBe(1);

        await ShouldBreak(AuditFaultKind.CutOff, position: 10);
        Trail.Tamper("insert into audit_entry select * from hidden").ShouldBe(3);
        await ShouldBreak(AuditFaultKind.CutOff, position: 10);
        (await Trail.Verify()).Fault!.Detail.ShouldContain("sealed at position 12, and later, by seal 3, at position 9");
    }

    [Fact]
    public async Task An_older_database_put_back_is_found_by_a_worker_that_starts_on_it()
    {
        await LoseTheTailAndItsSeal();

        var (exitCode, output) = await Programs.Run(Centre, ["jobs", "run", "seal"]);

        exitCode.ShouldBe(1);
        output.ShouldContain("Run: kenshin-otp audit verify");
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
        Trail.Copy("audit_entry", "copy");
        Trail.Tamper("drop table audit_entry");
        Trail.Rename("copy", "audit_entry");
        Trail.Tamper("""
            insert into audit_entry select 'f0000000000000000000000000000001', institution_id, occurred_at, 'token.revoked', actor_kind, actor_name, actor_address, service_id, user_id,
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

    private async Task LoseTheTailAndItsSeal()
    {
        await TenEntries();
        await Trail.Write(await Institution(), 5);
        await Trail.Seal();
        Trail.Tamper("delete from audit_entry where position > 12; delete from audit_seal where position > 1;").ShouldBe(6);
    }
}
