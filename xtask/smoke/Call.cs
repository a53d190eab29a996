#nullable enable
using System;
using System.IO;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Sonoran;
using Sonoran.Types;

/// <summary>A call with the right key, and one with a wrong one. Fails if either is not answered as it must be.</summary>
internal static class Call
{
    private static Task Main()
    {
        // As hosts do that load programs from memory: a folder of libraries that are no files to the runtime.
        if (Environment.GetEnvironmentVariable("CALL_LIBRARIES") is { } folder)
        {
            AppDomain.CurrentDomain.AssemblyResolve += (_, asked) => FromMemory(Path.Combine(folder, new AssemblyName(asked.Name!).Name + ".dll"));
        }

        return Run();
    }

    private static Assembly? FromMemory(string file) => File.Exists(file) ? Assembly.Load(File.ReadAllBytes(file)) : null;

    // Not before it is settled where the libraries come from.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task Run()
    {
        foreach (var (key, status) in new[] { ("YOUR_API_KEY", 200), ("WRONG", 401) })
        {
            using var sonoran = new SonoranClient(new SonoranClientOptions
            {
                product = SonoranProduct.CMS,
                apiKey = key,
                communityId = "YOUR_COMMUNITY_ID",
                defaultServerId = 1,
            });
            var response = await sonoran.Cms.getAccountsV2();
            Console.WriteLine($"{response.status} {response.success} {response.error?.kind}");
            if (response.status != status) throw new InvalidOperationException(response.reason);
            if (!response.success) continue;
            // With the types of payload and data, as a runtime reads and writes them.
            var account = response.value.items[0];
            var renamed = await sonoran.Cms.setAccountNameV2(account.accId, new SetAccountNamePayload { newName = account.accName });
            if (!renamed.success) throw new InvalidOperationException(renamed.reason);
        }
    }
}
