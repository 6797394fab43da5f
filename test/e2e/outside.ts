import type { Page } from 'playwright-core';

/** Buttons, fields and panels that stick out of the window; nodes on the canvas and lists that scroll may. */
export const outside = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const inWindow = (box: DOMRect) =>
      box.left >= -0.5 && box.top >= -0.5 && box.right <= innerWidth + 0.5 && box.bottom <= innerHeight + 0.5;
    const scrolls = (element: Element) => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        if (/auto|scroll/.test(overflowY) && at.scrollHeight > at.clientHeight && inWindow(at.getBoundingClientRect()))
          return true;
        if (/auto|scroll/.test(overflowX) && at.scrollWidth > at.clientWidth && inWindow(at.getBoundingClientRect()))
          return true;
      }
      return false;
    };
    const wanted = 'button, input, select, textarea, [role], header, nav, main, aside, section, footer';
    return [...document.querySelectorAll<HTMLElement>(wanted)]
      .filter((element) => element.checkVisibility() && !element.closest('.react-flow__viewport'))
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ element, box }) => box.width * box.height > 1 && !inWindow(box) && !scrolls(element))
      .map(({ element, box }) => {
        const name = element.ariaLabel ?? element.textContent?.slice(0, 30) ?? '';
        return `${element.tagName} “${name}” from ${box.left}, ${box.top} to ${box.right}, ${box.bottom}`;
      });
  });
