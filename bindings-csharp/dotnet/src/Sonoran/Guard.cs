using System;

namespace Sonoran;

/// <summary>The guard of tests: while it is on, no call leaves this machine. The test kit's package and <c>SonoranGuard</c> set it.</summary>
internal static class Guard
{
    private const string Switch = "Sonoran.Net.Guard";

    private static readonly bool Inherited = GuardVariable.IsSet();

    /// <exception cref="InvalidOperationException">It is on, and the call would leave this machine.</exception>
    internal static void Check(Session session)
    {
        var isOn = AppContext.TryGetSwitch(Switch, out var set) ? set : Inherited;
        if (isOn && session.Foreign is { } address)
        {
            throw new InvalidOperationException(
                $"a test may not call {address}: this client was given that address, as its apiUrl, proxy or shareLimits, or none. Make it with world.Client() or world.Options(), or set "
                + "SONORAN_CMS_API_URL before it is made; or let calls through, by SonoranGuard.IsOn = false, or <SonoranGuard>false</SonoranGuard> in the project of the tests");
        }
    }
}
