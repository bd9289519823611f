using KenshinOtp.Contracts;
using KenshinOtp.Receipts;
using KenshinOtp.Staff;

namespace KenshinOtp.Data.Tests;

public sealed class StaffSearchStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_looks_like_a_pattern_is_looked_for_as_it_stands(string engine)
    {
        var (room, visit) = await Start(engine);
        await room.Contract(visit.Institution, "P1", "割引100%商会");
        await room.Contract(visit.Institution, "P2", "割引100割商会");
        await room.Contract(visit.Institution, "P_3", "びっくり!屋[本店]");
        await room.Contract(visit.Institution, "PX4", "びっくり屋本店");

        (await Find(room, visit, "100%")).ShouldBe(["P1"]);
        (await Find(room, visit, "p_")).ShouldBe(["P_3"]);
        (await Find(room, visit, "り！屋")).ShouldBe(["P_3"]);
        (await Find(room, visit, "[本")).ShouldBe(["P_3"]);
        (await Find(room, visit, "\\")).ShouldBeEmpty();
        (await Find(room, visit, "'; --")).ShouldBeEmpty();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Width_case_and_kana_make_no_difference_but_voicing_marks_do(string engine)
    {
        var (room, visit) = await Start(engine);
        var contract = await room.Contract(visit.Institution, "aBc-1", "㈱カタカナ　モーター");
        await room.User(contract, "Yamada@1", "ﾔﾏﾀﾞ ハナコ");

        foreach (var text in new[] { "かたかな", "ｶﾀｶﾅ", "モーター", "(株)", "ABC", "ａｂｃ", "yamada@", "やまだはなこ", "ﾔﾏﾀﾞ" })
            (await Find(room, visit, text)).ShouldBe(["aBc-1"], text);
        foreach (var text in new[] { "がたがな", "やまた", "モタ" })
            (await Find(room, visit, text)).ShouldBeEmpty(text);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_contract_and_its_users_are_found_by_the_names_they_have_now(string engine)
    {
        var (room, visit) = await Start(engine);
        var contract = await room.Contract(visit.Institution, "P1", "湖畔商店");
        var user = await room.User(contract, "yamada", "山田 花子");

        await room.Change(tx => room.Get<ContractStore>().Update(tx, contract with { Name = "湖東商店" }, None));
        await room.Change(tx => room.Get<ContractStore>().Update(tx, user with { DisplayName = "佐藤 花子" }, None));

        foreach (var (text, found) in new[] { ("湖東", true), ("佐藤", true), ("湖畔", false), ("山田", false) })
            (await Find(room, visit, text)).Any().ShouldBe(found, text);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Pages_go_on_where_the_page_before_ended_by_the_bytes_of_the_ids(string engine)
    {
        var (room, visit) = await Start(engine);
        string[] services = ["a", "B", "b", "A", "_", "-", "9", "10", "Z1"];
        foreach (var service in services)
        {
            var contract = await room.Contract(visit.Institution, service, "共通の名");
            if (service is "B")
            {
                await room.User(contract, "z");
                await room.User(contract, "Y");
            }
        }

        var (found, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await room.Look(session => room.Get<StaffSearchStore>().Find(session, visit, "共通", cursor, 3, room.Now, None));
            found.AddRange(page.Items.Select(hit => $"{hit.ServiceId}/{hit.UserId}"));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        found.ShouldBe(services.SelectMany(service => service is "B" ? new[] { "B/Y", "B/z" } : [service + "/"]).Order(StringComparer.Ordinal));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_branch_and_an_institution_find_the_same_within_their_reach(string engine)
    {
        var (room, head) = await Start(engine);
        var teller = await room.Visit(head.Institution, "teller", "002", StaffRole.Teller);
        await room.Contract(await room.Institution("9002"), "S0", "湖畔商店");
        await room.Contract(head.Institution, "S1", branch: "001");
        var contract = await room.Contract(head.Institution, "S2", branch: "002");
        var token = await room.Token(head.Institution, "KN12345678", contract: contract);
        await room.User(contract, tokenId: token.Id);
        await room.Contract(head.Institution, "S3", branch: null);
        await room.Change(tx => room.Get<ReceiptStore>().Insert(
            tx, head.Institution.Id, new("0ABCDEFGHJKM", room.Now, "token.issued", "S2", "yamada", token.Serial.Value, Before: null, After: null), None));

        (await Find(room, head, "湖畔")).ShouldBe(["S1", "S2", "S3"]);
        (await Find(room, teller, "湖畔")).ShouldBe(["S2"]);
        (await Find(room, head, "kn1234")).ShouldBe(["S2"]);
        (await Find(room, teller, "345678")).ShouldBe(["S2"]);
        (await Find(room, teller, "0abcd")).ShouldBe(["S2"]);
        (await Find(room, teller, "0ABCDEFGHJKM")).ShouldBe(["S2"]);
        (await Find(room, head, "0ABCDEFGHJKN")).ShouldBeEmpty();
        await room.Contract(head.Institution, "S0ABCD");
        (await Find(room, head, "0abcd")).ShouldBe(["S2", "S0ABCD"], "the beginning of a receipt number hides nothing");
        (await Find(room, head, "0ABCDEFGHJKM")).ShouldBe(["S2"]);
    }

    private async Task<(StoreRoom Room, StaffVisit Visit)> Start(string engine)
    {
        var room = await Open(engine);
        return (room, await room.Visit(await room.Institution()));
    }

    private static async Task<IEnumerable<string>> Find(StoreRoom room, StaffVisit visit, string text) =>
        (await room.Look(session => room.Get<StaffSearchStore>().Find(session, visit, text, cursor: null, 20, room.Now, None))).Items.Select(hit => hit.ServiceId);
}
