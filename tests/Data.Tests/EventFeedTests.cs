using System.Globalization;
using KenshinOtp.Events;

namespace KenshinOtp.Data.Tests;

public sealed class EventFeedTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Readers_on_several_nodes_miss_nothing_while_others_write(string engine)
    {
        const int writers = 4, each = 15;
        var room = await Open(engine);
        var institution = await room.Institution();
        StoreRoom[] nodes = [room, Beside(room)];
        var writing = Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(() => nodes[i % 2].Write(institution, each))));

        var read = await Task.WhenAll(nodes.Select(node => Task.Run(() => Follow(node))));
        await writing;

        foreach (var ids in read)
            ids.ShouldBe(Enumerable.Range(1, writers * each).Select(i => i.ToString(CultureInfo.InvariantCulture)));

        async Task<List<string>> Follow(StoreRoom node)
        {
            var (ids, after) = (new List<string>(), 0L);
            while (ids.Count < writers * each)
            {
                var page = (await node.Get<EventFeed>().Read(institution, after, 7, None)).Value!;
                ids.AddRange(page.Items.Select(item => item.Id));
                after = long.Parse(page.NextCursor, CultureInfo.InvariantCulture);
                if (page.Items.Count == 0)
                    await Task.Delay(5);
            }

            return ids;
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Each_institution_has_a_sequence_of_its_own_and_a_cursor_at_its_end_stays_there(string engine)
    {
        var room = await Open(engine);
        var (one, other) = (await room.Institution(), await room.Institution("9002"));
        await room.Write(one, 3);
        await room.Write(other, 2);
        var feed = room.Get<EventFeed>();

        var page = (await feed.Read(one, 0, 2, None)).Value!;
        (page.Items.Count, page.NextCursor).ShouldBe((2, "2"));
        page.Items[0].OccurredAt.ShouldBe(room.Now);
        (await feed.Read(one, 2, 100, None)).Value!.Items.ShouldHaveSingleItem().Id.ShouldBe("3");
        (await feed.Read(one, 3, 100, None)).Value!.NextCursor.ShouldBe("3");
        (await feed.Read(other, 0, 100, None)).Value!.NextCursor.ShouldBe("2");
        (await feed.Read(other, 3, 100, None)).Problem!.Errors!["after"].ShouldHaveSingleItem().ShouldContain("the newest event, which is 2");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task An_event_tells_japanese_words_of_the_greatest_length(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        await room.Write(institution, 1, detail: Make.Japanese(500));

        (await room.Get<EventFeed>().Read(institution, 0, 1, None)).Value!.Items[0].Data.GetProperty("detail").GetString().ShouldBe(Make.Japanese(500));
    }
}
