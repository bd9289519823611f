using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>That what happened can be proven, and that nobody with the database file in hand can make it otherwise.</summary>
public sealed class AuditTrailTests : AuditTest
{
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
        (await Programs.Run(Centre, ["jobs", "run", "seal"])).ShouldBe((0, "seal: 2 done"));
        await Trail.Write(await Institution(), 1);
        (await Trail.Seal()).ShouldBe(1);
        (await Trail.Verify()).ShouldBe(new AuditReport(15, 2, 3, Fault: null)); // the operator's round is an entry too, in the chain of its process
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
    public async Task A_head_file_that_another_worker_is_about_to_write_is_waited_for()
    {
        await TenEntries();
        var file = Path.Combine(Centre.Directory, "keys", "audit-head");
        var newest = await File.ReadAllTextAsync(file);
        File.Delete(file);
        var second = ActivatorUtilities.CreateInstance<SealJob>(Centre.Services).RunOnce(CancellationToken.None);
        await Task.Delay(100);
        second.IsCompleted.ShouldBeFalse();
        await File.WriteAllTextAsync(file, newest);
        await second;

        (await Audit.Actions(Centre)).ShouldNotContain("audit.headRenewed");
    }

    [SkippableFact]
    public async Task A_worker_that_cannot_write_the_head_file_fails_and_notes_no_renewal_until_it_can()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a directory in which nobody can write");
        await TenEntries();
        File.Delete(Path.Combine(Centre.Directory, "keys", "audit-head"));
        var hindered = ActivatorUtilities.CreateInstance<SealJob>(Centre.Services, new AuditHead("/proc"));

        for (var round = 0; round < 3; round++)
            await Should.ThrowAsync<IOException>(() => hindered.RunOnce(CancellationToken.None));
        (await Audit.Actions(Centre)).ShouldNotContain("audit.headRenewed");

        await Trail.Seal();
        await Trail.Seal();
        (await Audit.Actions(Centre)).Count(action => action == "audit.headRenewed").ShouldBe(1);
        (await Trail.Verify()).Fault.ShouldBeNull();
    }

    private sealed class PowerCut : ICommitStep
    {
        public Task Commit(Tx tx, Func<Task> commit, CancellationToken ct) => throw new IOException("Nobody knows.");
    }
}
