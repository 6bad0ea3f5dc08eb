//! Owns sleeping for less than tokio's timer wheel can: a kernel timer on Linux, else the wheel.
//! Must not know what is waited for.

#[cfg(target_os = "linux")]
pub(super) use on_timerfd::Timer;

#[cfg(target_os = "linux")]
mod on_timerfd {
    //! A high-resolution kernel timer that wakes the runtime's own epoll.

    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// The kernel's own limit on the seconds of a timer is far beyond; a day keeps the arithmetic
    /// trivial, and whoever waits longer asks again.
    const LONGEST: Duration = Duration::from_hours(24);

    pub(in super::super) struct Timer {
        fd: AsyncFd<OwnedFd>,
    }

    impl Timer {
        #[expect(
            deprecated,
            reason = "its successor is an unsafe fn whose contract an OwnedFd, kept here until it \
                      is dropped, fulfils by its type; this crate forbids unsafe code"
        )]
        pub(in super::super) fn new() -> io::Result<Timer> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let fd = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            Ok(Timer { fd: AsyncFd::with_interest(fd, Interest::READABLE)? })
        }

        /// Returns after `wait`, or earlier: the caller looks at its clock.
        ///
        /// The expiry is not read: arming a timer forgets it, and the edge-triggered epoll tells
        /// of the next one all the same. That saves a system call a tick.
        pub(in super::super) async fn sleep(&mut self, wait: Duration) -> io::Result<()> {
            let wait = wait.clamp(Duration::from_nanos(1), LONGEST);
            let once = Itimerspec {
                it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
                it_value: Timespec {
                    tv_sec: wait.as_secs() as i64,
                    tv_nsec: i64::from(wait.subsec_nanos()),
                },
            };
            timerfd_settime(self.fd.get_ref(), TimerfdTimerFlags::empty(), &once)?;
            self.fd.readable().await?.clear_ready();
            Ok(())
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) use on_the_wheel::Timer;

#[cfg(not(target_os = "linux"))]
mod on_the_wheel {
    //! tokio's timer wheel: everywhere, and a millisecond coarse. The lateness is reported, so a
    //! run that needs better is told so.

    use std::io;
    use std::time::Duration;

    pub(in super::super) struct Timer;

    impl Timer {
        pub(in super::super) fn new() -> io::Result<Timer> {
            Ok(Timer)
        }

        pub(in super::super) async fn sleep(&mut self, wait: Duration) -> io::Result<()> {
            tokio::time::sleep(wait).await;
            Ok(())
        }
    }
}
